// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/access/roles.h"
#include "auth/guard/names.h"
#include "auth/guard/sites.h"
#include "auth/principal/principal.h"

namespace gatehouse::guard {

// How somebody showed who they are.
enum class Shown { cookie, token, key, basic };

struct Visitor {
  Principal principal;
  Shown shown;
};

struct Verdict {
  // In the order of how strict they are.
  enum class Kind { pass, sign_in, forbidden };
  Kind kind = Kind::forbidden;
  int line = 0;     // of the rule that decided; 0: no rule did
  std::string why;  // for the operator
  bool offers_basic = false;
};

struct Request {
  std::string_view site;
  std::string_view method;
  const std::vector<Segments>& names;
  const Address& address;
};

// The strictest of what the site's rules say of each name. `visitor` is null for nobody, and for one whose credential
// is bad.
Verdict judge(const Site& site, const Request& request, const Visitor* visitor, const access::RoleMap& map);

}  // namespace gatehouse::guard
