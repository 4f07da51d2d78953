// SPDX-License-Identifier: Apache-2.0
#include "base/log_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <memory>

#include "base/syslog.h"
#include "base/text.h"

namespace gatehouse {
namespace {

// More than what a line of ours has, and less than what a syslog cuts off.
constexpr std::size_t kMostSyslogBytes = 8000;
constexpr seconds kLookEvery{1};

Time present() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

std::string warning(const std::string& text) {
  LogLine line(present(), Level::warning);
  line.add("warning", text);
  return std::move(line).finish();
}

// Counts what a way out does not take.
class Losses {
 public:
  template <class Write>
  void pass(std::string_view line, const char* where, Write&& write) {
    if (lost_ > 0 && write(warning(std::to_string(lost_) + " lines of the log were lost"))) lost_ = 0;
    if (lost_ == 0 && write(line)) return;
    if (lost_++ == 0) write_to_stderr(warning(std::string("LOG_TO: ") + where + " can't be written; lines are lost"));
  }

 private:
  std::int64_t lost_ = 0;
};

class LogFile {
 public:
  explicit LogFile(std::string path) : path_(std::move(path)) {}
  ~LogFile() { close(); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  void pass(std::string_view line) {
    losses_.pass(line, path_.c_str(), [&](std::string_view text) { return write(text); });
  }

 private:
  bool write(std::string_view line) {
    look();
    if (fd_ < 0) return false;
    // After half a line of a full disk the next one must not go on there.
    std::string whole;
    if (is_half_) line = whole = "\n" + std::string(line);
    const ssize_t n = ::write(fd_, line.data(), line.size());
    if (n > 0) is_half_ = n != static_cast<ssize_t>(line.size());
    return n == static_cast<ssize_t>(line.size());
  }

  // Opens it, or opens it anew where its name is another file's or nobody's.
  void look() {
    const auto now = std::chrono::steady_clock::now();
    if (looked_at_ != std::chrono::steady_clock::time_point{} && now - looked_at_ < kLookEvery) return;
    looked_at_ = now;
    struct stat named {
    }, held{};
    const bool is_named = ::stat(path_.c_str(), &named) == 0;
    if (fd_ >= 0 && is_named && ::fstat(fd_, &held) == 0 && named.st_ino == held.st_ino && named.st_dev == held.st_dev)
      return;
    close();
    fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
    is_half_ = false;
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  std::string path_;
  int fd_ = -1;
  bool is_half_ = false;
  std::chrono::steady_clock::time_point looked_at_{};
  Losses losses_;
};

// The level is our own word, and stands before anything that a client sent.
SyslogSeverity severity_of(std::string_view line) {
  constexpr std::pair<std::string_view, SyslogSeverity> kAll[] = {{"\"debug\"", SyslogSeverity::debug},
                                                                  {"\"info\"", SyslogSeverity::info},
                                                                  {"\"warning\"", SyslogSeverity::warning}};
  constexpr std::string_view kLevel = "\"level\":";
  const std::size_t at = line.find(kLevel);
  const std::string_view rest = at == std::string_view::npos ? "" : line.substr(at + kLevel.size());
  for (const auto& [word, severity] : kAll) {
    if (rest.starts_with(word)) return severity;
  }
  return SyslogSeverity::error;
}

class LogSyslog {
 public:
  explicit LogSyslog(std::string socket) : socket_(std::move(socket)) {}
  void pass(std::string_view line) {
    losses_.pass(line, socket_.c_str(), [&](std::string_view text) {
      if (text.ends_with('\n')) text.remove_suffix(1);
      return send_to_syslog(socket_, severity_of(text), present(), cut_utf8(text, kMostSyslogBytes));
    });
  }

 private:
  std::string socket_;
  Losses losses_;
};

template <class Way>
LogSink sink(std::shared_ptr<Way> way) {
  return [way = std::move(way)](std::string_view line) { way->pass(line); };
}

}  // namespace

LogSink log_sink(const Settings& settings) {
  switch (settings.log_to) {
    case LogTo::file: return sink(std::make_shared<LogFile>(settings.log_file));
    case LogTo::syslog: return sink(std::make_shared<LogSyslog>(settings.audit_syslog_socket));
    case LogTo::standard_error: break;
  }
  return write_to_stderr;
}

}  // namespace gatehouse
