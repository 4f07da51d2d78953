// SPDX-License-Identifier: Apache-2.0
#include "endpoint/caller.h"

#include "auth/api_keys/api_keys.h"
#include "auth/audit/audit.h"
#include "auth/sessions/sessions.h"
#include "base/text.h"
#include "http/problem.h"

namespace gatehouse {
namespace {

using http::Request;

bool changes_something(Method method) { return method != Method::Get && method != Method::Head; }

// RFC 6750 section 2.1. Two header fields joined by a comma are not one token.
std::optional<std::string_view> bearer_token(std::string_view header) { return after_ignoring_case(header, "Bearer "); }

// Where something is changed, a cookie is a credential from a page of ours only.
Result<std::optional<std::string_view>> access_cookie(const Context& context, Method method) {
  using http::CookieKind;
  if (changes_something(method)) return context.credential_cookie(CookieKind::access_token);
  return context.cookie(CookieKind::access_token);
}

Refusal nobody(const Access& access) {
  const bool key_only = access.kind() == Access::Kind::api_key;
  const bool either = access.kind() == Access::Kind::user_or_key;
  const char* wanted = key_only ? "this needs an API key"
                       : either ? "this needs a bearer token or an API key"
                                : "this needs a bearer token";
  return {.reason = Reason::unauthenticated, .detail = wanted, .scope = access.scopes().text()};
}

// Who is calling; nullopt for nobody. What was sent on purpose comes before what a browser sends by itself, and a bad
// credential is never nobody: where two were sent, both must be good, and the bearer token's is the name.
Result<std::optional<Principal>> authenticate(const Context& context, const Request& request, const Access& access) {
  const Occasion& occasion = context;
  std::optional<Principal> principal;
  if (access.takes_keys() && !request.api_key.empty()) {
    auto known = api_keys::authenticate(occasion, request.api_key);
    if (!known) return known.refusal();
    principal = std::move(*known);
  }
  if (!access.takes_logins()) return principal;
  std::optional<std::string_view> token;
  if (!request.authorization.empty()) {
    token = bearer_token(request.authorization);
    if (!token) return nobody(access);
  } else if (!principal) {
    const auto cookie = access_cookie(context, request.method);
    if (!cookie) return cookie.refusal();
    token = *cookie;
  }
  if (!token) return principal;
  auto known = sessions::authenticate_bearer(occasion, *token);
  if (!known) return known.refusal();
  return std::optional(std::move(*known));
}

Refusal too_many(const allowances::Allowance& allowance) {
  return {.reason = Reason::too_many_requests, .detail = "too many requests", .retry_after = allowance.resets_in};
}

// What a key may do in a minute, and what a user may do here.
Result<Done> take_allowances(const Occasion& occasion, const Policy& policy, Caller& caller) {
  const Principal& principal = *caller.principal;
  const auto take = [&](std::string_view what, const std::string& whose, std::int64_t most, seconds window) {
    caller.allowance = allowances::take(occasion, crypto::labelled_sha256(what, whose), most, window);
    return caller.allowance->granted;
  };
  if (const auto* key = principal.key()) {
    if (!take("allowance of key", std::string(key->id.raw()), key->requests_per_minute, minutes(1))) {
      return too_many(*caller.allowance);
    }
  }
  if (policy.user_limit.requests > 0) {
    const std::string whose = occasion.process.endpoint + " " + std::string(http::name_of(policy.method)) + " " +
                              std::to_string(principal.user.id.value);
    if (!take("allowance of user", whose, policy.user_limit.requests, policy.user_limit.period)) {
      return too_many(*caller.allowance);
    }
  }
  return Done{};
}

// Of somebody whose rights were cut for want of a second factor: whether that is all they lack.
bool would_pass_with_factor(const Access& access, const Principal& principal, Time now, const access::RoleMap& map) {
  if (!principal.with_second_factor) return false;
  access::Standing standing = principal.standing(now);
  standing.role = principal.with_second_factor->role;
  standing.place = principal.with_second_factor->place;
  standing.rights = principal.with_second_factor->rights;
  standing.has_second_factor = true;
  return bool(access::authorise(access, standing, map));
}

void touch(const Occasion& occasion, const Principal& principal) {
  if (const auto* key = principal.key()) {
    api_keys::touch(occasion, *key);
  } else {
    sessions::touch(occasion, principal.login());
  }
}

}  // namespace

Result<Done> admit(const Context& context, const Request& request, const Policy& policy, Caller& caller) {
  if (policy.access.kind() == Access::Kind::anonymous) return Done{};
  const Occasion& occasion = context;
  auto known = authenticate(context, request, policy.access);
  if (!known) return known.refusal();
  caller.principal = std::move(*known);
  if (!caller.principal) {
    if (policy.access.needs_somebody()) return nobody(policy.access);
    return Done{};
  }
  const auto counted = take_allowances(occasion, policy, caller);
  if (!counted) return counted.refusal();
  const auto& map = occasion.process.roles.present(occasion.database(), occasion.now);
  const auto allowed = access::authorise(policy.access, caller.principal->standing(occasion.now), map);
  if (!allowed)
    return would_pass_with_factor(policy.access, *caller.principal, occasion.now, map) ? access::needs_second_factor()
                                                                                       : allowed.refusal();
  touch(occasion, *caller.principal);
  return Done{};
}

void put_on_record(const Occasion& occasion, const Caller& caller, const Refusal& refusal) {
  const int status = http::status_of(refusal.reason);
  if (!caller.principal || (status != 403 && status != 429)) return;
  const Principal& principal = *caller.principal;
  const Event event = status == 403 ? Event::unauthorized_access : Event::rate_limit_exceeded;
  occasion.database().unit([&](db::Work& work) {
    audit::record(work, occasion, event,
                  principal.on_record(principal.user.id, occasion.process.endpoint + ": " + refusal.detail));
    return Done{};
  });
}

}  // namespace gatehouse
