// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace gatehouse::http {

// The cookies of this product, each with its name and its place. On https the prefixes keep neighbours and plain http
// from planting them; a `__Host-` cookie can't have a path, and the refresh token must not travel with every request.
// `session` is the browser's login, for our own pages; `form` ties a form to the browser that was given it; `guard` and
// `guard_start` live on guarded sites: the login there, and what a browser holds while it is away to sign in.
enum class CookieKind { access_token, refresh_token, session, form, guard, guard_start };

enum class Scheme { http, https };
Scheme scheme_of(std::string_view public_url);

// The value sent under this kind's name. nullopt also where the name stands twice: then somebody planted one of them.
std::optional<std::string_view> find_cookie(std::string_view header, CookieKind kind, Scheme scheme);

// The value of a Set-Cookie header: HttpOnly, Secure on https; Strict, or Lax where it must arrive with a link from
// another site.
std::string set_cookie(CookieKind kind, Scheme scheme, std::string_view value, seconds life);
std::string clear_cookie(CookieKind kind, Scheme scheme);

}  // namespace gatehouse::http
