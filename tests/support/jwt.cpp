// SPDX-License-Identifier: Apache-2.0
#include "support/jwt.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/failure.h"

namespace gatehouse::test {
namespace {

json::Value parse(std::string_view text) {
  auto parsed = json::parse(text);
  if (!parsed.value) throw Failure("not JSON: " + std::string(text));
  return std::move(*parsed.value);
}

json::Value parse_part(std::string_view token, int number) {
  for (; number > 0; --number) token.remove_prefix(token.find('.') + 1);
  const auto text = from_base64url(token.substr(0, token.find('.')));
  if (!text) throw Failure("not a token: " + std::string(token));
  return parse(*text);
}

std::string signed_part(std::string_view header, std::string_view claims) {
  return to_base64url(header) + '.' + to_base64url(claims);
}

}  // namespace

json::Value header_of(std::string_view token) { return parse_part(token, 0); }
json::Value claims_of(std::string_view token) { return parse_part(token, 1); }

std::string to_text(const json::Value& value) {
  json::Writer w;
  return w.value(value).take();
}

json::Value with_member(json::Value object, std::string_view name, std::string_view json) {
  std::erase_if(object.members, [&](const json::Member& member) { return member.name == name; });
  if (!json.empty()) object.members.push_back({std::string(name), parse(json)});
  return object;
}

std::string join_token(std::string_view header, std::string_view claims, std::string_view signature) {
  return signed_part(header, claims) + '.' + to_base64url(signature);
}

std::string sign_token(const crypto::SigningKey& key, std::string_view header, std::string_view claims) {
  return join_token(header, claims, key.sign(signed_part(header, claims)));
}

}  // namespace gatehouse::test
