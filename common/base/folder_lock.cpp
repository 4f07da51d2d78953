// SPDX-License-Identifier: Apache-2.0
#include "base/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/failure.h"

namespace gatehouse {

FolderLock::FolderLock(const std::string& folder, Busy busy)
    : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (fd_ >= 0 && ::flock(fd_, busy == Busy::wait ? LOCK_EX : LOCK_EX | LOCK_NB) == 0) return;
  if (fd_ >= 0) ::close(fd_);
  throw Misconfigured(folder + ": can't be locked; is somebody else at work there?");
}

FolderLock::~FolderLock() { ::close(fd_); }

}  // namespace gatehouse
