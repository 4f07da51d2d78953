// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "endpoint/context.h"
#include "http/response.h"

namespace gatehouse {

// What ties a form to the browser that it was shown to: a cookie, and its hash in a hidden field. A neighbour can post
// to us, but neither read the one nor (on https) plant the other.
struct FormToken {
  std::string nonce;

  std::string text() const;
};

// The one that the browser holds, so that two open forms are both good; else a new one.
FormToken form_token(const Context& c);
http::Response with_form_token(http::Response response, const Settings& settings, const FormToken& token);

// Whether the field is of the cookie that came with it.
Result<Done> check_form_token(const Context& c, std::string_view field);

}  // namespace gatehouse
