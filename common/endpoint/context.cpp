// SPDX-License-Identifier: Apache-2.0
#include "endpoint/context.h"

#include "endpoint/same_origin.h"
#include "http/media_type.h"

namespace gatehouse {

std::optional<std::string_view> Context::cookie(http::CookieKind kind) const {
  return http::find_cookie(request_.cookie, kind, http::scheme_of(settings().public_url));
}

Result<std::optional<std::string_view>> Context::credential_cookie(http::CookieKind kind) const {
  const auto value = cookie(kind);
  if (!value) return std::optional<std::string_view>();
  const auto ours = check_same_origin(settings(), request_);
  if (!ours) return ours.refusal();
  return value;
}

bool Context::accepts(std::string_view media_type) const { return http::accepts(request_.accept, media_type); }

}  // namespace gatehouse
