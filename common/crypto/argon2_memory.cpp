// SPDX-License-Identifier: Apache-2.0
// Half the time of an argon2id hash in libsodium is page faults: it maps and unmaps its memory (19 MiB) at every hash
// and has no hook for that. So the executable defines mmap and munmap itself: libsodium.so finds these before libc's,
// and a hash gets the block of the hash before. All other callers, and all other sizes, go straight to the kernel.
#include "crypto/argon2_memory.h"

#include "crypto/password.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)

// AddressSanitizer wants mmap for itself, so tests hash as libsodium is shipped; so do the fuzz harnesses, which are
// all that clang builds (it has no macro to say that it sanitizes).
namespace gatehouse::crypto {

LentArgon2Memory::LentArgon2Memory() = default;
LentArgon2Memory::~LentArgon2Memory() = default;
bool LentArgon2Memory::was_refused() const { return false; }
void release_password_memory() {}

}  // namespace gatehouse::crypto

#else

#include <sodium.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

static_assert(sizeof(void*) == 8, "32-bit kernels want another system call for mmap");

// Below this a hash is a test's, or no hash at all.
constexpr std::size_t kSmallestKept = std::size_t{1} << 20;

struct Block {
  void* address = nullptr;
  std::size_t size = 0;
};

Block kept;
bool hashing = false;
bool lent = false;
bool refused = false;

void* map(void* address, std::size_t size, int protection, int flags, int fd, off_t offset) {
  return reinterpret_cast<void*>(::syscall(SYS_mmap, address, size, protection, flags, fd, offset));
}

int unmap(void* address, std::size_t size) { return static_cast<int>(::syscall(SYS_munmap, address, size)); }

void release_kept() {
  if (kept.address == nullptr || lent) return;
  unmap(kept.address, kept.size);
  kept = {};
}

bool is_hash_block(const void* address, std::size_t size, int protection, int flags, int fd) {
  return hashing && !lent && address == nullptr && size >= kSmallestKept && protection == (PROT_READ | PROT_WRITE) &&
         (flags & MAP_PRIVATE) != 0 && (flags & MAP_ANONYMOUS) != 0 && fd == -1;
}

}  // namespace

extern "C" {

[[gnu::visibility("default")]] void* mmap(void* address, std::size_t size, int protection, int flags, int fd,
                                          off_t offset) noexcept {
  if (!is_hash_block(address, size, protection, flags, fd)) return map(address, size, protection, flags, fd, offset);
  if (kept.size != size) {
    release_kept();
    void* const fresh = map(address, size, protection, flags, fd, offset);
    refused = fresh == MAP_FAILED;
    if (refused) return fresh;
    kept = {fresh, size};
  }
  lent = true;
  return kept.address;
}

// libsodium 1.0.18 does not wipe this block, it only unmaps it. Kept as it is, its content would let whoever gets to
// read it test guesses of the last password at the speed of one plain hash. So all of it is wiped, which costs about
// 6 % of a hash; closing it with mprotect instead was tried, costs 8 % and leaves the content there. Offering it to the
// kernel between hashes (MADV_FREE) was tried too, and costs 5 to 20 %: so it is kept until the process idles.
[[gnu::visibility("default")]] int munmap(void* address, std::size_t size) noexcept {
  if (!lent || address != kept.address || size != kept.size) return unmap(address, size);
  sodium_memzero(address, size);
  lent = false;
  return 0;
}

}  // extern "C"

namespace gatehouse::crypto {

LentArgon2Memory::LentArgon2Memory() {
  hashing = true;
  refused = false;
}
LentArgon2Memory::~LentArgon2Memory() { hashing = false; }
bool LentArgon2Memory::was_refused() const { return refused; }
void release_password_memory() { release_kept(); }

}  // namespace gatehouse::crypto

#endif
