// SPDX-License-Identifier: Apache-2.0
#include "base/log_sink.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace gatehouse {
namespace {

class LogTo : public testing::Test {
 protected:
  LogTo() {
    std::string pattern = std::filesystem::temp_directory_path() / "gatehouse_log_XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path = folder_ + "/gatehouse.log";
  }
  ~LogTo() override { std::filesystem::remove_all(folder_); }

  LogSink sink(const std::string& log_to) {
    std::ofstream(folder_ + "/conf") << "LOG_TO = " << log_to << "\nAUDIT_SYSLOG_SOCKET = " << folder_ << "/socket\n";
    return log_sink(
        config::load({.file = folder_ + "/conf", .environment = config::no_environment, .home = folder_}).settings);
  }
  static std::string read(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Lines, one after the other, until one has got to where it should be.
  static void write_until(const LogSink& log, const std::function<bool()>& has_come) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(20);
    while (!has_come() && std::chrono::steady_clock::now() < deadline) log("{\"level\":\"info\"}\n");
    EXPECT_TRUE(has_come());
  }

  std::string path;
  std::string folder_;
};

TEST_F(LogTo, AFileTakesLinesBehindThoseThatAreThereAndIsNotForOthersToRead) {
  sink("file:gatehouse.log")("one\n");
  sink("file:" + path)("two\n");
  EXPECT_EQ(read(path), "one\ntwo\n");
  struct stat info {};
  stat(path.c_str(), &info);
  EXPECT_EQ(info.st_mode & 0137, 0U);
}

TEST_F(LogTo, AFileThatWasRenamedAwayIsLeftForANewOneOfItsName) {
  const LogSink log = sink("file:gatehouse.log");
  log("before\n");
  std::filesystem::rename(path, path + ".1");
  write_until(log, [&] { return std::filesystem::exists(path); });
  log("after\n");
  EXPECT_TRUE(read(path).ends_with("after\n"));
  EXPECT_TRUE(read(path + ".1").starts_with("before\n"));
  // And where it was put anew by logrotate itself.
  std::filesystem::rename(path, path + ".2");
  std::ofstream(path) << "made by another\n";
  write_until(log, [&] { return read(path).size() > std::strlen("made by another\n"); });
}

TEST_F(LogTo, AFullDiskFailsNothingAndIsToldOnceAndLaterWithTheNumberOfWhatWasLost) {
  std::filesystem::create_symlink("/dev/full", path);
  const LogSink log = sink("file:gatehouse.log");
  testing::internal::CaptureStderr();
  for (int i = 0; i < 5; ++i) log("lost\n");
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_NE(told.find("LOG_TO: " + path + " can't be written; lines are lost"), std::string::npos) << told;
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1);
  std::filesystem::remove(path);
  write_until(log, [&] { return std::filesystem::exists(path) && !read(path).empty(); });
  EXPECT_NE(read(path).find(" lines of the log were lost\"}\n"), std::string::npos) << read(path);
  const std::string first = read(path).substr(0, read(path).find('\n'));
  EXPECT_NE(first.find("lines of the log were lost"), std::string::npos) << "before what follows";
}

TEST_F(LogTo, AFolderThatIsNotThereFailsNothing) {
  const LogSink log = sink("file:nowhere/gatehouse.log");
  testing::internal::CaptureStderr();
  log("lost\n");
  EXPECT_NE(testing::internal::GetCapturedStderr().find("can't be written"), std::string::npos);
}

TEST_F(LogTo, SyslogGetsALineWithItsSeverity) {
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (folder_ + "/socket").c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const LogSink log = sink("syslog");
  const auto hear = [&] {
    char buffer[16384];
    const ssize_t n = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
    return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : "";
  };
  const std::pair<Level, const char*> levels[] = {
      {Level::debug, "<87>"}, {Level::info, "<86>"}, {Level::warning, "<84>"}, {Level::error, "<83>"}};
  for (const auto& [level, priority] : levels) {
    LogLine line(from_millis(0), level);
    line.add("said", "\"level\":\"debug\"");
    const std::string text = std::move(line).finish();
    log(text);
    const std::string heard = hear();
    EXPECT_TRUE(heard.starts_with(priority)) << heard;
    EXPECT_TRUE(heard.ends_with("]: " + text.substr(0, text.size() - 1))) << heard;
  }
  log(std::string(20000, 'x') + "\n");
  EXPECT_LT(hear().size(), 8100U);
  ::close(fd);
  testing::internal::CaptureStderr();
  log("lost\n");
  EXPECT_NE(testing::internal::GetCapturedStderr().find("can't be written"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse
