// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "auth/transfer/transfer.h"
#include "auth/users/users.h"
#include "command.h"

namespace gatehouse::tool {
namespace {

using SteadyClock = std::chrono::steady_clock;

// One line on a terminal, drawn over and over.
class ProgressBar {
 public:
  // `total`: bytes; 0: unknown, then nothing is drawn.
  explicit ProgressBar(std::int64_t total) : total_(::isatty(STDERR_FILENO) == 1 ? total : 0) {}
  ~ProgressBar() { wipe(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void draw(std::int64_t lines, std::int64_t bytes) {
    if (total_ <= 0) return;
    const auto now = SteadyClock::now();
    if (bytes < total_ && now - drawn_ < milliseconds(100)) return;
    drawn_ = now;
    const auto percent = static_cast<int>(std::min(bytes, total_) * 100 / total_);
    const double spent = std::chrono::duration<double>(now - start_).count();
    const std::string bar(static_cast<std::size_t>(percent) / 4, '#');
    std::fprintf(stderr, "\r[%-25s] %3d %%  %lld lines, %.0f a second\x1b[K", bar.c_str(), percent,
                 static_cast<long long>(lines), spent > 0 ? static_cast<double>(lines) / spent : 0.0);
  }

  // So that something else can be said; the next draw() puts it back.
  void wipe() {
    if (total_ > 0) std::fputs("\r\x1b[K", stderr);
    drawn_ = {};
  }

 private:
  std::int64_t total_;
  SteadyClock::time_point start_ = SteadyClock::now();
  SteadyClock::time_point drawn_{};
};

bool is_yes(const Arguments& given, const char* name) {
  const std::string value = given.option(name, "no");
  if (value != "yes" && value != "no") throw CommandError(std::string(name) + " must be yes or no");
  return value == "yes";
}

transfer::Import import_of(const Arguments& given) {
  const std::string wrap = given.option("--wrap", "quick");
  if (wrap != "quick" && wrap != "full") throw CommandError("--wrap must be quick or full");
  const std::string domain = given.option("--email-domain", "");
  if (!domain.empty() && !users::kEmail.check("a@" + domain).empty()) {
    throw CommandError("--email-domain must be a domain such as example.org");
  }
  return {.mode = is_yes(given, "--dry-run") ? transfer::Mode::rehearse : transfer::Mode::import,
          .email_domain = domain,
          .super_admins = is_yes(given, "--super-admins"),
          .reserved_names = is_yes(given, "--reserved-names"),
          .wrapping = wrap == "full" ? passwords::Wrapping::full : passwords::Wrapping::quick};
}

// Of a regular file; 0 otherwise.
std::int64_t size_of(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) ? about.st_size : 0;
}

}  // namespace

int user_import(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--dry-run", "--email-domain", "--super-admins", "--reserved-names", "--wrap"});
  if (given.words().size() != 1) throw CommandError("name one file, or - for standard input");
  const std::string& path = given.words()[0];
  const transfer::Import import = import_of(given);
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) throw CommandError(path + ": can't be read");
  }

  SystemClock clock;
  crypto::SystemRandomness random;
  Process process(load_config().settings, "gatehouse", keys::Power::verifies, clock, random, write_to_stderr);
  ProgressBar bar(path == "-" ? 0 : size_of(path));
  const transfer::Watcher watcher{.refused =
                                      [&](std::int64_t line, std::string_view why) {
                                        bar.wipe();
                                        std::fprintf(stderr, "%s:%lld: %.*s\n", path.c_str(),
                                                     static_cast<long long>(line), static_cast<int>(why.size()),
                                                     why.data());
                                      },
                                  .progress = [&](std::int64_t lines, std::int64_t bytes) { bar.draw(lines, bytes); }};
  const transfer::Totals totals =
      transfer::import_users(process, path == "-" ? std::cin : static_cast<std::istream&>(file), import, watcher);
  bar.wipe();
  std::printf("%s: %lld, already there: %lld, refused: %lld\n",
              import.mode == transfer::Mode::rehearse ? "would be imported" : "imported",
              static_cast<long long>(totals.imported), static_cast<long long>(totals.already_there),
              static_cast<long long>(totals.refused));
  return totals.refused == 0 ? 0 : 1;
}

}  // namespace gatehouse::tool
