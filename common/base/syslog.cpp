// SPDX-License-Identifier: Apache-2.0
#include "base/syslog.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <ctime>

namespace gatehouse {
namespace {

constexpr int kAuthpriv = 10;

}  // namespace

// Not by syslog(3), which knows one socket only, and waits where the reader is slow.
bool send_to_syslog(const std::string& socket, SyslogSeverity severity, Time now, std::string_view text) noexcept try {
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.empty() || socket.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, socket.data(), socket.size());

  const std::time_t moment = to_unix_seconds(now);
  std::tm local{};
  ::localtime_r(&moment, &local);
  char head[64];
  std::snprintf(head, sizeof head,
                "<%d>%s %2d %02d:%02d:%02d gatehouse[%d]: ", kAuthpriv * 8 + static_cast<int>(severity),
                kMonths[local.tm_mon], local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec, ::getpid());
  const std::string message = head + std::string(text);

  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const auto sent = ::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::close(fd);
  return sent == static_cast<ssize_t>(message.size());
} catch (...) {
  return false;
}

}  // namespace gatehouse
