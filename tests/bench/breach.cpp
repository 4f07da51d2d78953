// SPDX-License-Identifier: Apache-2.0
// What a list of stolen passwords costs: packs FILE of so many made-up ones, and prints its size in MB, the time of one
// question in nanoseconds (as a handler asks, hash and all), and how many of as many others seem to be in it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "auth/passwords/breaches.h"

namespace {

using namespace gatehouse;
using std::chrono::steady_clock;

std::string password(std::size_t n) { return "password " + std::to_string(n); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::size_t count = std::strtoul(argv[2], nullptr, 10);
  std::vector<crypto::Sha1Digest> hashes(count);
  for (std::size_t n = 0; n < count; ++n) hashes[n] = crypto::sha1(password(n));
  std::sort(hashes.begin(), hashes.end());
  passwords::BreachWriter writer(argv[1]);
  const auto packed_from = steady_clock::now();
  for (const auto& hash : hashes) {
    if (!writer.add(hash)) return 1;
  }
  writer.finish();
  const double pack = std::chrono::duration<double>(steady_clock::now() - packed_from).count();

  passwords::Breaches list(argv[1]);
  constexpr std::size_t kQuestions = 1'000'000;
  std::vector<Secret> typed;
  for (std::size_t n = 0; n < kQuestions; ++n) typed.emplace_back(password(n * 7919 % (2 * count)));
  std::size_t known = 0;
  for (const Secret& each : typed) known += list.contain(each) ? 1U : 0U;  // brings its pages in
  const auto from = steady_clock::now();
  for (const Secret& each : typed) known += list.contain(each) ? 1U : 0U;
  const double question = std::chrono::duration<double, std::nano>(steady_clock::now() - from).count() / kQuestions;

  std::size_t missed = 0;
  for (std::size_t n = 0; n < count; n += 97) missed += list.contain(Secret(password(n))) ? 0U : 1U;
  std::size_t seeming = 0;
  for (std::size_t n = count; n < 2 * count; ++n) seeming += list.contain(Secret(password(n))) ? 1U : 0U;
  std::printf(
      "%.2f MB, %.2f bytes each, packed in %.1f s; a question %.0f ns; %zu missed, %zu of %zu others seem known\n",
      static_cast<double>(std::filesystem::file_size(argv[1])) / 1e6,
      static_cast<double>(std::filesystem::file_size(argv[1])) / static_cast<double>(count), pack, question, missed,
      seeming, count);
  const bool is_small = std::filesystem::file_size(argv[1]) <= 4 * count;
  const bool is_good = missed == 0 && known > 0 && is_small && question < 1000 && seeming <= count / 1'000'000;
  if (!is_good) std::puts("a bar is missed");
  return is_good ? 0 : 1;
}
