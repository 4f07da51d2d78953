// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/rulebook.h"

#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "base/failure.h"

namespace gatehouse::guard {
namespace {

constexpr seconds kLook{1};
constexpr minutes kComplain{1};

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

}  // namespace

std::string describe(const std::string& file, const Reading& reading) {
  std::string text;
  for (const Finding& each : reading.findings) {
    const bool is_error = each.weight == Finding::Weight::error;
    if (!text.empty()) text += '\n';
    text += file + ":" + std::to_string(each.line) + ": " + (is_error ? "" : "warning: ") + each.text;
  }
  return text;
}

void Rulebook::read(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) {
    wrong_ = file + ": can't be read";
    read_.reset();
    return;
  }
  const Stamp stamp{static_cast<std::int64_t>(info.st_dev), static_cast<std::int64_t>(info.st_ino), info.st_size,
                    nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
  if (read_ == stamp) return;
  complained_at_.reset();
  read_ = stamp;
  std::ifstream in(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) {
    wrong_ = file + ": can't be read";
    return;
  }
  Reading reading = read_sites(text);
  wrong_ = reading.is_good() ? "" : describe(file, reading);
  if (reading.is_good()) sites_ = std::move(reading.sites);
}

const Sites& Rulebook::present(const std::string& file, Time now, std::string& trouble) {
  // A clock set back must not freeze what is known.
  if (!looked_at_ || now < *looked_at_ || now >= *looked_at_ + kLook) {
    read(file);
    looked_at_ = now;
    const bool is_due = !complained_at_ || now < *complained_at_ || now >= *complained_at_ + kComplain;
    if (!wrong_.empty() && is_due) {
      trouble = sites_ ? "the old rules stay in force: " + wrong_ : wrong_;
      complained_at_ = now;
    }
  }
  if (!sites_) throw Misconfigured(wrong_);
  return *sites_;
}

}  // namespace gatehouse::guard
