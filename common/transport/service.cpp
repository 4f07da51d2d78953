// SPDX-License-Identifier: Apache-2.0
#include "transport/service.h"

#include <malloc.h>

#include "crypto/password.h"

namespace gatehouse::transport {

Service::Service(const Endpoint& endpoint, config::Lookup environment)
    : endpoint_(endpoint), environment_(std::move(environment)) {}

void Service::start() {
  const std::string home = config::executable_home();
  config::Loaded loaded = config::load({config::find_file(home), environment_, home});
  for (const std::string& warning : loaded.warnings) {
    write_to_stderr(
        std::move(LogLine(clock_.now(), Level::warning).add("endpoint", endpoint_.name()).add("warning", warning))
            .finish());
  }
  process_.emplace(std::move(loaded.settings), endpoint_.name(), endpoint_.power(), clock_, random_, write_to_stderr);
}

Outcome Service::answer(const http::Request& request) {
  try {
    if (!process_) start();
    return dispatch(endpoint_, *process_, request);
  } catch (const std::exception& error) {
    return refuse_to_serve(endpoint_.name(), write_to_stderr, clock_.now(), error.what());
  }
}

void Service::rest() {
  if (process_) process_->database.disconnect();
  crypto::release_password_memory();
  ::malloc_trim(0);
}

}  // namespace gatehouse::transport
