// SPDX-License-Identifier: Apache-2.0
#include "transport/service.h"

#include <malloc.h>

#include <utility>

#include "base/log_sink.h"
#include "crypto/password.h"

namespace gatehouse::transport {

Service::Service(const Endpoint& endpoint, config::Lookup environment, allowances::Draws draws)
    : endpoint_(endpoint), environment_(std::move(environment)), draws_(draws) {}

void Service::write_warning(const std::string& text) {
  LogLine line(clock_.now(), Level::warning);
  line.add("endpoint", endpoint_.name()).add("warning", text);
  log_(std::move(line).finish());
}

void Service::start() {
  const std::string home = config::executable_home();
  config::Loaded loaded = config::load({config::find_file(home), environment_, home});
  log_ = log_sink(loaded.settings);
  for (const std::string& unknown_key : loaded.warnings) write_warning(unknown_key);
  if (loaded.settings.algorithm == "HS256") {
    write_warning("ALGORITHM is HS256: every executable that verifies a token can mint one; separation is given up");
  }
  process_.emplace(std::move(loaded.settings), endpoint_.name(), endpoint_.power(), clock_, random_, log_);
  process_->draws = draws_;
}

Outcome Service::answer(const http::Request& request) {
  try {
    if (!process_) start();
    return dispatch(endpoint_, *process_, request);
  } catch (const std::exception& error) {
    return refuse_to_serve(endpoint_.name(), log_, clock_.now(), error.what());
  }
}

void Service::forget_hashing() { crypto::release_password_memory(); }

void Service::rest() {
  if (process_) process_->database.disconnect();
  ::malloc_trim(0);
}

}  // namespace gatehouse::transport
