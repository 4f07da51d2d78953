// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "auth/guard/destination.h"
#include "auth/sessions/sessions.h"
#include "endpoint/context.h"
#include "http/input.h"
#include "http/response.h"

// The pages of a sign-in: name and password, the second factor where there is one, and the way on.
namespace gatehouse::pages {

inline constexpr TextRule kForm{.least = 1, .most = 64, .meaning = "the form's own token"};

// Where the browser wants to go, which each form brings along.
guard::Wish read_wish(http::Input& in);

http::Response show_password_form(const Context& c, int status, const guard::Wish& wish, std::string_view username,
                                  std::string_view error);
http::Response show_code_form(const Context& c, int status, const guard::Wish& wish, std::string_view mfa_token,
                              std::string_view error);
http::Response go_on(const Context& c, const guard::Destination& destination, const sessions::Started& started);

}  // namespace gatehouse::pages
