// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/process.h"
#include "auth/users/users.h"
#include "command.h"

namespace gatehouse::tool {

// What a command does it does in an occasion of its own: no address, and its name where a request has its id.
struct Operator {
  explicit Operator(const char* request)
      : process(load_config().settings, "gatehouse", keys::Power::verifies, clock, random, write_to_stderr),
        occasion{.process = process, .now = clock.now(), .request_id = request} {}

  SystemClock clock;
  crypto::SystemRandomness random;
  Process process;
  Occasion occasion;
};

// "why; field what is wrong with it", and exit status 1.
[[noreturn]] void refuse(const Refusal& refusal);

// By the rule that a request's field is judged by.
void check(const char* what, std::string_view text, const TextRule& rule);

// By user name or email.
users::Credentials user_named(const Occasion& occasion, const std::string& name);

}  // namespace gatehouse::tool
