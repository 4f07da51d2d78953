// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/config.h"
#include "base/result.h"
#include "http/response.h"

namespace gatehouse::pages {

// Of web/pages, compiled in.
extern const std::string_view sign_in;
extern const std::string_view sign_in_code;
extern const std::string_view signed_in;
extern const std::string_view sign_out;
extern const std::string_view message;

inline constexpr const char* kHtml = "text/html; charset=utf-8";

struct Filling {
  std::string_view name;
  std::string_view value;  // escaped where it is filled in
};

// The page with each "{name}" filled in; {app} and {style} are filled in by themselves.
http::Response show(int status, std::string_view page, const Settings& settings,
                    std::initializer_list<Filling> fillings);

// A refusal, for people.
http::Response show_refusal(const Refusal& refusal, const Settings& settings);

}  // namespace gatehouse::pages
