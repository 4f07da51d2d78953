// SPDX-License-Identifier: Apache-2.0
#include "transport/service.h"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "auth/sweep/sweep.h"
#include "base/failure.h"
#include "base/log_sink.h"
#include "base/text.h"
#include "crypto/password.h"
#include "transport/shared_uid.h"

namespace gatehouse::transport {
namespace {

// This one key: all of the configuration would cost a process that nobody asks a quarter of its memory.
seconds read_idle_exit(const config::Lookup& environment) {
  constexpr const char* kKey = "IDLE_EXIT_SECONDS";
  std::optional<std::string> value = environment(kKey);
  if (!value) {
    for (const config::Line& line : config::read_lines(config::find_file(config::executable_home()))) {
      if (line.key == kKey) value = line.value;
    }
  }
  return seconds(value ? std::max<std::int64_t>(0, parse_integer(*value).value_or(0)) : 0);
}

}  // namespace

Service::Service(std::span<const ListedEndpoint> endpoints, std::string name, StartedBy started_by,
                 config::Lookup environment, allowances::Draws draws)
    : endpoints_(endpoints),
      name_(std::move(name)),
      started_by_(started_by),
      environment_(std::move(environment)),
      draws_(draws) {}

void Service::write_warning(const std::string& text) {
  LogLine line(clock_.now(), Level::warning);
  line.add("endpoint", name_).add("warning", text);
  log_(std::move(line).finish());
}

void Service::start(keys::Power power) {
  const std::string home = config::executable_home();
  config::Loaded loaded = config::load({config::find_file(home), environment_, home});
  log_ = log_sink(loaded.settings);
  for (const std::string& unknown_key : loaded.warnings) write_warning(unknown_key);
  if (started_by_ == StartedBy::web_server && !loaded.settings.allow_shared_uid) require_own_uid();
  if (loaded.settings.algorithm == "HS256") {
    write_warning("ALGORITHM is HS256: every executable that verifies a token can mint one; separation is given up");
  }
  process_.emplace(std::move(loaded.settings), name_, power, clock_, random_, log_);
  process_->draws = draws_;
  power_ = power;
}

Outcome Service::answer(const http::Request& request) {
  const Endpoint& endpoint =
      endpoints_.size() == 1 ? *endpoints_.front().endpoint : endpoint_for(endpoints_, request.path);
  try {
    // Of all endpoints few need the master key, so it is read when the first of them is asked.
    const bool needs_more = endpoint.power() > power_;
    if (!process_ || needs_more) start(endpoint.power());
    process_->endpoint = endpoint.name();
    return dispatch(endpoint, *process_, request);
  } catch (const std::exception& error) {
    return refuse_to_serve(endpoint.name(), log_, clock_.now(), error.what());
  }
}

void Service::forget_hashing() { crypto::release_password_memory(); }

seconds Service::idle_exit() {
  if (process_) return process_->settings.idle_exit;
  if (!idle_exit_) {
    idle_exit_ = seconds(0);
    try {
      idle_exit_ = read_idle_exit(environment_);
    } catch (const Misconfigured&) {
      // Whoever asks is told, and the log with them.
    }
  }
  return *idle_exit_;
}

void Service::sweep_if_due() {
  if (sweeps()) sweep::sweep_if_due({.process = *process_, .now = clock_.now()});
}

void Service::rest() {
  if (process_) process_->database.disconnect();
  ::malloc_trim(0);
}

}  // namespace gatehouse::transport
