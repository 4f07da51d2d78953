// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/guard/verdict.h"
#include "base/result.h"
#include "base/secret.h"

namespace gatehouse::guard {

// Where the rules are asked for, by every use case here: throws Misconfigured, and writes what is wrong to the log.
const Sites& present_sites(const Occasion& occasion);

// A site by one of its origins: a browser keeps cookies by host.
struct Entrance {
  std::string_view site;
  std::string_view origin;
};
// The origin that a visitor came to, if it is one of the site's, else its first: Host chooses among them and makes
// none.
const std::string& origin_of(const Site& site, std::string_view host);

// What a request brings along to show who sent it.
struct Credentials {
  std::string_view cookie;         // of the guard's own kind
  std::string_view authorization;  // Bearer or Basic
  std::string_view api_key;
  bool from_browser = false;  // by its own word: a browser sends a typed password again and again, to whoever asks
};

// What was shown on purpose comes before the cookie. A bad credential is a refusal, never nobody.
Result<std::optional<Visitor>> identify(const Occasion& occasion, const Entrance& at, const Credentials& shown);

// Notes that the credential is in use; writes at most once a minute.
void touch(const Occasion& occasion, const Visitor& visitor);

// ---- from the sign-in page to the guarded site --------------------------------------------------------------------

// A place on a site: where somebody wanted to go.
struct Place {
  std::string site;
  std::string origin;  // one of the site's
  std::string path;    // with its query; begins with one '/'
};
// nullopt unless the URL leads to this site.
std::optional<Place> place_of(const Sites& sites, std::string_view site, std::string_view url);
bool is_path(std::string_view path);

// What a browser holds while it is away to sign in, and what it says of it meanwhile.
std::string draw_nonce(Randomness& random);
bool is_nonce(std::string_view text);
std::string state_of(std::string_view nonce);

// A code that brings one session to one place, for the browser that holds the nonce of `state`.
std::string issue_code(const Occasion& occasion, const SessionId& session, const Place& place, std::string_view state);

struct Admission {
  std::string cookie;
  seconds life;
  std::string path;
};
// The code for the site's cookie, once: shown by the wrong browser it is spent, and gives nothing.
Result<Admission> swap_code(const Occasion& occasion, const Entrance& at, std::string_view code,
                            std::string_view nonce);

}  // namespace gatehouse::guard
