// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

namespace gatehouse::tool {

int slots(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  const Settings settings = load_config().settings;
  struct stat folder {};
  if (::stat(settings.run_directory.c_str(), &folder) != 0) {
    throw CommandError(settings.run_directory + ": there is no such folder");
  }
  for (std::int64_t i = 0; i < settings.hash_slots; ++i) {
    const std::string file = settings.run_directory + "/hash-slot-" + std::to_string(i);
    const int fd = ::open(file.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    // The folder's group may lock it, and whoever else is on this machine may not keep people from logging in.
    const bool made = fd >= 0 && ::fchown(fd, static_cast<uid_t>(-1), folder.st_gid) == 0 && ::fchmod(fd, 0640) == 0;
    if (fd >= 0) ::close(fd);
    if (!made) throw CommandError(file + ": can't be made");
  }
  return 0;
}

}  // namespace gatehouse::tool
