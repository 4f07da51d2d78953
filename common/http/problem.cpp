// SPDX-License-Identifier: Apache-2.0
#include "http/problem.h"

#include <string>

#include "json/json.h"

namespace gatehouse::http {
namespace {

struct Kind {
  Reason reason;
  int status;
  const char* type;  // urn:gatehouse:problem:…
  const char* title;
};

constexpr Kind kKinds[] = {
    {Reason::malformed, 400, "malformed", "Malformed request"},
    {Reason::invalid, 422, "invalid", "Invalid fields"},
    {Reason::unauthenticated, 401, "unauthenticated", "Authentication required"},
    {Reason::token_expired, 401, "token-expired", "Token expired"},
    {Reason::token_invalid, 401, "token-invalid", "Token invalid"},
    {Reason::wrong_code, 401, "wrong-code", "Wrong code"},
    {Reason::second_factor_required, 401, "second-factor-required", "Second factor required"},
    {Reason::step_up_required, 401, "step-up-required", "Second factor needed for this"},
    {Reason::stale_login, 401, "stale-login", "Login too old"},
    {Reason::forbidden, 403, "forbidden", "Forbidden"},
    {Reason::insufficient_scope, 403, "insufficient-scope", "Insufficient scope"},
    {Reason::deactivated, 403, "deactivated", "Account deactivated"},
    {Reason::not_found, 404, "not-found", "Not found"},
    {Reason::method_not_allowed, 405, "method-not-allowed", "Method not allowed"},
    {Reason::conflict, 409, "conflict", "Conflict"},
    {Reason::too_large, 413, "too-large", "Body too large"},
    {Reason::unsupported_media, 415, "unsupported-media-type", "Unsupported media type"},
    {Reason::misdirected, 421, "misdirected", "Misdirected request"},
    {Reason::headers_too_large, 431, "headers-too-large", "Header fields too large"},
    {Reason::too_many_requests, 429, "too-many-requests", "Too many requests"},
    {Reason::unavailable, 503, "unavailable", "Temporarily unavailable"},
    {Reason::internal, 500, "internal", "Internal error"},
};

const Kind& kind_of(Reason reason) {
  for (const Kind& kind : kKinds) {
    if (kind.reason == reason) return kind;
  }
  return kKinds[std::size(kKinds) - 1];
}

// RFC 6750 section 3: no error attribute where no token was sent. RFC 9470 section 3: what a login too old, or by the
// password alone, is to become.
std::string challenge(const Refusal& refusal) {
  std::string value = "Bearer realm=\"gatehouse\"";
  if (refusal.reason == Reason::token_expired || refusal.reason == Reason::token_invalid) {
    value += ", error=\"invalid_token\", error_description=\"";
    value += refusal.reason == Reason::token_expired ? "expired" : "invalid";
    value += '"';
  }
  const bool is_by_password_alone = refusal.reason == Reason::step_up_required;
  if (refusal.reason == Reason::stale_login || is_by_password_alone) {
    value += ", error=\"insufficient_user_authentication\"";
  }
  if (is_by_password_alone) value += ", acr_values=\"aal2\"";
  if (refusal.max_age > seconds(0)) value += ", max_age=\"" + std::to_string(refusal.max_age.count()) + "\"";
  if (refusal.reason == Reason::insufficient_scope) value += ", error=\"insufficient_scope\"";
  if (!refusal.scope.empty()) value += ", scope=\"" + refusal.scope + "\"";
  return value;
}

}  // namespace

int status_of(Reason reason) { return kind_of(reason).status; }
std::string_view title_of(Reason reason) { return kind_of(reason).title; }

Response problem(const Refusal& refusal) {
  const Kind& kind = kind_of(refusal.reason);
  json::Writer w;
  w.begin_object();
  w.key("type").string(std::string("urn:gatehouse:problem:") + kind.type);
  w.key("title").string(kind.title);
  w.key("status").integer(kind.status);
  w.key("detail").string(refusal.detail);
  if (!refusal.fields.empty()) {
    w.key("errors").begin_array();
    for (const FieldError& error : refusal.fields) {
      w.begin_object().key("field").string(error.field).key("message").string(error.message);
      if (error.strength) w.key("strength").integer(*error.strength);
      w.end_object();
    }
    w.end_array();
  }
  if (!refusal.mfa_token.empty()) {
    w.key("mfa_token").string(refusal.mfa_token);
    w.key("expires_in").integer(refusal.expires_in.count());
  }
  w.end_object();

  Response response{.status = kind.status, .content_type = kProblemType, .body = w.take()};
  if (kind.status == 401 || refusal.reason == Reason::insufficient_scope) {
    response.headers.push_back({"WWW-Authenticate", challenge(refusal)});
  }
  if (refusal.retry_after > seconds(0)) {
    response.headers.push_back({"Retry-After", std::to_string(refusal.retry_after.count())});
  }
  return response;
}

}  // namespace gatehouse::http
