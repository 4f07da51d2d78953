// SPDX-License-Identifier: Apache-2.0
#include "operator.h"

#include "base/text.h"

namespace gatehouse::tool {

void refuse(const Refusal& refusal) {
  std::string why = refusal.detail;
  for (const FieldError& error : refusal.fields) why += "; " + error.field + " " + error.message;
  throw CommandError(why);
}

void check(const char* what, std::string_view text, const TextRule& rule) {
  const std::size_t length = count_code_points(text);
  if (!is_utf8(text) || length < rule.least || length > rule.most) {
    throw CommandError(std::string(what) + " must have " + std::to_string(rule.least) + " to " +
                       std::to_string(rule.most) + " characters");
  }
  if (!rule.check) return;
  if (const auto wrong = rule.check(text); !wrong.empty()) {
    throw CommandError(std::string(what) + " " + std::string(wrong));
  }
}

users::Credentials user_named(const Occasion& occasion, const std::string& name) {
  auto user = users::find_credentials(occasion, name);
  if (!user) throw CommandError("there is no user " + name);
  return std::move(*user);
}

}  // namespace gatehouse::tool
