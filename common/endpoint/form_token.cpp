// SPDX-License-Identifier: Apache-2.0
#include "endpoint/form_token.h"

#include "base/secret.h"
#include "crypto/hash.h"

namespace gatehouse {
namespace {

using http::CookieKind;

constexpr hours kLife{12};

}  // namespace

std::string FormToken::text() const { return to_base64url(bytes_of(crypto::labelled_sha256("form token", nonce))); }

FormToken form_token(const Context& c) {
  const auto held = c.cookie(CookieKind::form);
  const auto raw = held ? from_base64url(*held) : std::nullopt;
  if (raw && raw->size() == kSecretBytes) return {std::string(*held)};
  return {draw_secret(c.process().random)};
}

http::Response with_form_token(http::Response response, const Settings& settings, const FormToken& token) {
  const auto scheme = http::scheme_of(settings.public_url);
  return std::move(response).with("Set-Cookie", http::set_cookie(CookieKind::form, scheme, token.nonce, kLife));
}

Result<Done> check_form_token(const Context& c, std::string_view field) {
  const auto held = c.cookie(CookieKind::form);
  if (held && equal_in_constant_time(FormToken{std::string(*held)}.text(), field)) return Done{};
  return Refusal{Reason::forbidden, "this form is no longer good; open the page again"};
}

}  // namespace gatehouse
