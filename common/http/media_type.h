// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/text.h"

namespace gatehouse::http {

// Without its parameters.
inline std::string_view media_type(std::string_view content_type) {
  return trim(content_type.substr(0, content_type.find(';')));
}
inline bool is_json(std::string_view content_type) {
  return equal_ignoring_case(media_type(content_type), "application/json");
}
inline bool is_form(std::string_view content_type) {
  return equal_ignoring_case(media_type(content_type), "application/x-www-form-urlencoded");
}

}  // namespace gatehouse::http
