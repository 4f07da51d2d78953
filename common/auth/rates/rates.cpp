// SPDX-License-Identifier: Apache-2.0
#include "auth/rates/rates.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "auth/process.h"
#include "auth/rates/rates_sql.h"
#include "crypto/hash.h"

namespace gatehouse::rates {
namespace {

using allowances::Drawn;

// Each class has slots of its own, so that what shares a slot has the same limit. Two addresses share one for a single
// window, and are then counted together.
constexpr std::int64_t kSlots = 65536;
// Holds the salt of the slots' numbers: without it, who has many addresses could find one that shares a victim's slot.
constexpr std::int64_t kSaltSlot = 0;

std::int64_t draw_number(const Occasion& occasion) {
  std::array<unsigned char, 8> noise;
  occasion.random().fill(noise);
  std::int64_t number;
  std::memcpy(&number, noise.data(), sizeof number);
  return number & INT64_MAX;
}

std::optional<std::string> salt_of(db::Rows row) {
  if (!row.next()) return std::nullopt;
  return std::to_string(row.integer(0)) + " " + std::to_string(row.integer(1));
}

// Whoever comes first makes it.
std::string read_salt(const Occasion& occasion) {
  if (auto salt = salt_of(occasion.database().query(kSalt, {kSaltSlot}))) return std::move(*salt);
  const std::int64_t one = draw_number(occasion);
  const std::int64_t other = draw_number(occasion);
  return occasion.database().unit([&](db::Work& work) -> std::string {
    work.run(kOpen, {kSaltSlot, one, other});
    return salt_of(work.query(kSalt, {kSaltSlot})).value();
  });
}

// By the window too: a rate that was just loosened does not wait for the end of the old one.
std::int64_t slot_of(Limit limit, const crypto::Digest& bucket, Time window_ends_at) {
  const auto hash =
      crypto::labelled_sha256("rate slot", std::string(bytes_of(bucket)) + std::to_string(to_millis(window_ends_at)));
  std::uint64_t number;
  std::memcpy(&number, hash.data(), sizeof number);
  return 1 + static_cast<std::int64_t>(limit) * kSlots + static_cast<std::int64_t>(number % kSlots);
}

Drawn draw_slot(const Occasion& occasion, std::int64_t slot, std::int64_t most, std::int64_t amount, Time end) {
  return occasion.database().unit([&](db::Work& work) -> Drawn {
    const auto try_draw = [&] { return work.run(kDraw, {end, amount, end, slot, end, amount, most}) == 1; };
    bool is_drawn = try_draw();
    if (!is_drawn) {
      work.run(kOpen, {slot, 0, 0});
      is_drawn = try_draw();
    }
    db::Rows row = work.query(kUsed, {slot, end});
    return {.amount = is_drawn ? amount : 0, .undrawn = row.next() ? most - row.integer(0) : 0};
  });
}

bool is_counted(const Settings& settings, Limit limit, const Address& address) {
  if (settings.rate_store != RateStore::mysql) return false;
  if (limit == Limit::uncounted || limit == Limit::health) return false;
  return !contains(settings.rate_exempt, address);
}

}  // namespace

std::optional<allowances::Allowance> take(const Occasion& occasion, Limit limit) {
  if (!is_counted(occasion.settings(), limit, occasion.address)) return std::nullopt;
  Counts& counts = occasion.process.rates;
  if (counts.salt.empty()) counts.salt = read_salt(occasion);
  const Rate& rate = occasion.settings().rate_of(limit);
  const auto bucket = crypto::labelled_sha256(
      "rate of address", counts.salt + " " + std::string(word_of(limit)) + " " + occasion.address.network());
  const allowances::Terms terms{.most = rate.requests,
                                .window = rate.period,
                                .blocks = allowances::Blocks::growing,
                                .draws = occasion.process.draws};
  return allowances::take(counts.purse, bucket, terms, occasion.now, [&](std::int64_t amount, Time end) {
    return draw_slot(occasion, slot_of(limit, bucket, end), rate.requests, amount, end);
  });
}

}  // namespace gatehouse::rates
