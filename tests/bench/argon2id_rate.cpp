// SPDX-License-Identifier: Apache-2.0
// The limit of POST /api/v1/auth/token: checks one password again and again for as long as it is told, with the
// product's cost and its memory kept between hashes, and prints how often. scripts/bench starts one per core at once.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/config.h"
#include "crypto/password.h"

int main(int, char** argv) {
  using namespace gatehouse;
  using SteadyClock = std::chrono::steady_clock;
  const Settings settings =
      config::load({config::find_file(""), config::process_environment, config::executable_home()}).settings;
  const crypto::Argon2Cost cost{.memory_kib = settings.argon2_memory_kib, .passes = settings.argon2_passes};
  const Secret password("correct horse battery staple");
  const std::string stored = crypto::hash_password(password, cost);

  long hashes = 0;
  const auto start = SteadyClock::now();
  const auto end = start + seconds(std::atoi(argv[1]));
  while (SteadyClock::now() < end) {
    if (crypto::check_password(stored, password, cost) != crypto::Match::yes) return 1;
    ++hashes;
  }
  std::printf("%.2f\n",
              static_cast<double>(hashes) / std::chrono::duration<double>(SteadyClock::now() - start).count());
}
