// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace gatehouse {

// Keeps others who ask for it out of a folder on this machine, until it goes or the process ends, however that ends.
class FolderLock {
 public:
  enum class Busy { wait, refuse };

  // Throws Misconfigured where the folder can't be locked, or is and that is refused.
  FolderLock(const std::string& folder, Busy busy);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

}  // namespace gatehouse
