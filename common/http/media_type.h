// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/text.h"

namespace gatehouse::http {

// Without its parameters.
inline std::string_view media_type(std::string_view content_type) {
  return trim(content_type.substr(0, content_type.find(';')));
}
// Whether an Accept field names this type; how much it is liked beside others makes no difference.
inline bool accepts(std::string_view accept, std::string_view type) {
  while (!accept.empty()) {
    const std::string_view named = accept.substr(0, accept.find(','));
    if (equal_ignoring_case(media_type(named), type)) return true;
    accept.remove_prefix(named.size() == accept.size() ? named.size() : named.size() + 1);
  }
  return false;
}
inline bool is_json(std::string_view content_type) {
  return equal_ignoring_case(media_type(content_type), "application/json");
}
inline bool is_form(std::string_view content_type) {
  return equal_ignoring_case(media_type(content_type), "application/x-www-form-urlencoded");
}

}  // namespace gatehouse::http
