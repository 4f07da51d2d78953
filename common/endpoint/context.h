// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "auth/principal/principal.h"
#include "auth/process.h"
#include "base/failure.h"
#include "http/cookie.h"
#include "http/request.h"

namespace gatehouse {

// One request as its handler sees it: the occasion, and who is asking.
class Context {
 public:
  Context(const Occasion& occasion, const http::Request& request, const std::optional<Principal>& principal)
      : occasion_(occasion), request_(request), principal_(principal) {}

  // Use cases of auth/* take the occasion: `users::register_user(c, …)`.
  operator const Occasion&() const { return occasion_; }

  Process& process() const { return occasion_.process; }
  const Settings& settings() const { return occasion_.settings(); }
  Time now() const { return occasion_.now; }

  // Who was authenticated, as the policy demanded.
  const Principal& principal() const {
    if (!principal_) bug("a handler asked who is calling, but its policy lets anybody");
    return *principal_;
  }
  // The same where the policy is optional: nullptr when nobody is known.
  const Principal* known() const { return principal_ ? &*principal_ : nullptr; }

  // A cookie that is itself the credential. Given only to requests from a page of ours; refused to others.
  Result<std::optional<std::string_view>> credential_cookie(http::CookieKind kind) const;
  // A cookie that decides nothing by itself.
  std::optional<std::string_view> cookie(http::CookieKind kind) const;
  bool accepts(std::string_view media_type) const;
  std::string_view idempotency_key() const { return request_.idempotency_key; }
  // The guarded site that this request is to, as the front server's configuration names it.
  std::string_view site() const { return request_.site; }
  std::string_view host() const { return request_.host; }  // a client's claim: it may choose, and make nothing
  // A cookie of a guarded site, whose scheme may be another than ours.
  std::optional<std::string_view> site_cookie(http::CookieKind kind, http::Scheme scheme) const {
    return http::find_cookie(request_.cookie, kind, scheme);
  }

 private:
  const Occasion& occasion_;
  const http::Request& request_;
  const std::optional<Principal>& principal_;
};

}  // namespace gatehouse
