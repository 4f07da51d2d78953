// SPDX-License-Identifier: Apache-2.0
#include "transport/shared_uid.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/failure.h"

namespace gatehouse::transport {

bool is_of_mod_fcgid(int listening_socket) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (::getsockname(listening_socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  if (address.sun_family != AF_UNIX || size <= offsetof(sockaddr_un, sun_path)) return false;
  // FcgidIPCDir/PID.N, of the process manager that starts what serves.
  const std::string_view path(address.sun_path);
  const std::string begins = std::to_string(::getppid()) + ".";
  return path.substr(path.rfind('/') + 1).starts_with(begins);
}

void require_own_uid() {
  // Where the parent can't be seen it is somebody else's, or of another container: hidepid hides no process of ours.
  struct stat parent {};
  if (::stat(("/proc/" + std::to_string(::getppid())).c_str(), &parent) != 0) return;
  if (parent.st_uid != ::geteuid()) return;
  throw Misconfigured("the web server that started this runs as the same user (uid " + std::to_string(parent.st_uid) +
                      "), so whatever else it runs can read these secrets; where that is nobody else's,"
                      " ALLOW_SHARED_UID = on");
}

}  // namespace gatehouse::transport
