// SPDX-License-Identifier: Apache-2.0
#include "auth/tokens/jwt.h"

#include "base/encoding.h"

namespace gatehouse::tokens {
namespace {

std::optional<json::Value> parse_part(std::string_view part) {
  const auto text = from_base64url(part);
  if (!text) return std::nullopt;
  auto parsed = json::parse(*text, {.bytes = kMostTokenBytes, .depth = 8});
  if (!parsed.value || !parsed.value->is(json::Kind::object)) return std::nullopt;
  return std::move(parsed.value);
}

}  // namespace

std::optional<Jwt> parse_jwt(std::string_view token) {
  if (token.size() > kMostTokenBytes) return std::nullopt;
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  // A further dot would stand in the middle part, which base64url does not allow.
  auto header = parse_part(token.substr(0, first));
  auto claims = parse_part(token.substr(first + 1, last - first - 1));
  auto signature = from_base64url(token.substr(last + 1));
  if (!header || !claims || !signature || header->find("crit")) return std::nullopt;
  return Jwt{std::move(*header), std::move(*claims), token.substr(0, last), std::move(*signature)};
}

bool is_signed_by(const Jwt& jwt, const crypto::VerifyingKey& key) {
  return jwt.header.string_of("alg") == crypto::name_of(key.algorithm()) && key.verify(jwt.signed_part, jwt.signature);
}

std::string sign_jwt(const crypto::SigningKey& key, std::string_view kid, std::string_view type,
                     std::string_view claims) {
  json::Writer header;
  header.begin_object();
  header.key("alg").string(crypto::name_of(key.algorithm()));
  header.key("typ").string(type);
  header.key("kid").string(kid);
  header.end_object();
  std::string token = to_base64url(header.take()) + '.' + to_base64url(claims);
  const std::string signature = key.sign(token);
  return token + '.' + to_base64url(signature);
}

}  // namespace gatehouse::tokens
