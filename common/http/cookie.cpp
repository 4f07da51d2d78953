// SPDX-License-Identifier: Apache-2.0
#include "http/cookie.h"

#include <algorithm>

#include "base/text.h"

namespace gatehouse::http {
namespace {

struct Place {
  CookieKind kind;
  const char* plain_name;
  const char* secure_name;
  const char* path;
  const char* same_site;
};

constexpr Place kPlaces[] = {
    {CookieKind::access_token, "access_token", "__Host-access_token", "/", "Strict"},
    {CookieKind::refresh_token, "refresh_token", "__Secure-refresh_token", "/api/v1/auth/refresh", "Strict"},
    {CookieKind::session, "session", "__Host-session", "/", "Lax"},
    {CookieKind::form, "form", "__Host-form", "/", "Lax"},
    {CookieKind::guard, "guard", "__Host-guard", "/", "Lax"},
    {CookieKind::guard_start, "guard-start", "__Host-guard-start", "/", "Lax"},
};

const Place& place_of(CookieKind kind) { return kPlaces[static_cast<int>(kind)]; }

std::string_view name_of(CookieKind kind, Scheme scheme) {
  return scheme == Scheme::https ? place_of(kind).secure_name : place_of(kind).plain_name;
}

}  // namespace

Scheme scheme_of(std::string_view public_url) {
  return public_url.starts_with("https:") ? Scheme::https : Scheme::http;
}

std::optional<std::string_view> find_cookie(std::string_view header, CookieKind kind, Scheme scheme) {
  const std::string_view name = name_of(kind, scheme);
  std::optional<std::string_view> found;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = trim(header.substr(0, end));
    header.remove_prefix(std::min(end + 1, header.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = pair.substr(equals + 1);
  }
  return found;
}

std::string set_cookie(CookieKind kind, Scheme scheme, std::string_view value, seconds life) {
  std::string text(name_of(kind, scheme));
  text += '=';
  text += value;
  text += "; Path=";
  text += place_of(kind).path;
  text += "; Max-Age=" + std::to_string(life.count()) + "; HttpOnly; SameSite=";
  text += place_of(kind).same_site;
  if (scheme == Scheme::https) text += "; Secure";
  return text;
}

std::string clear_cookie(CookieKind kind, Scheme scheme) { return set_cookie(kind, scheme, "", seconds(0)); }

}  // namespace gatehouse::http
