// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/outbox/templates.h"

namespace gatehouse::outbox {

struct Rendered {
  std::string subject;
  std::string text;
  std::string html;
};

// The templates of this installation: those of MAIL_TEMPLATES where there are any, file by file, else those that came
// along. A broken one is told of (its path and why) and the one that came along is taken: a mail with a token is worth
// more than its looks.
using Complain = std::function<void(const std::string& what)>;
Rendered render(const Settings& settings, Topic topic, std::string_view language, const Fillings& fillings,
                const Complain& complain);

// What is wrong with the files in MAIL_TEMPLATES, a line each: names that no mail has, too.
std::vector<std::string> judge_templates(const Settings& settings);

}  // namespace gatehouse::outbox
