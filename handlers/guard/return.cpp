// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/destination.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

using http::CookieKind;

constexpr Document kOnward{"", "the browser has the site's cookie, and goes on to the page it wanted"};

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise =
        "On a guarded site: take the code that the sign-in page gave, once, for the cookie that the guard knows.",
    .access = Access::anonymous("the code is the credential, with the cookie of the browser that asked for it"),
    .limit = Limit::uncounted,  // the guarded site's server counts nothing of ours
    .answers = {{303, kOnward}},
    .audits = {Event::site_entered, Event::unauthorized_access},
    .shows = Shows::pages,
    .hosts = Hosts::any,  // a guarded site's
};

constexpr TextRule kCode{.least = 1, .most = 64, .meaning = "what the sign-in page gave"};

struct Body {
  std::string code;
};
Body read(Input& in) { return {.code = in.text("code", kCode)}; }

Result<Response> enter(Context& c, const Body& body) {
  const auto& sites = guard::present_sites(c);
  const auto site = sites.find(c.site());
  if (site == sites.end()) return Refusal{Reason::not_found, "there is no guarded site here"};
  const std::string& origin = guard::origin_of(site->second, c.host());
  const auto scheme = http::scheme_of(origin);
  const auto nonce = c.site_cookie(CookieKind::guard_start, scheme);
  const auto admission = guard::swap_code(c, {c.site(), origin}, body.code, nonce.value_or(""));
  if (!admission) return admission.refusal();
  return Response{.status = 303}
      .with("Location", admission->path)
      .with("Set-Cookie", http::set_cookie(CookieKind::guard, scheme, admission->cookie, admission->life));
}

}  // namespace

extern const Endpoint guard_return{guard::kReturnPath, "guard_return", {{kPolicy, read, enter}}};
}  // namespace gatehouse::handlers
