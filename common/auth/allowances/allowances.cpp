// SPDX-License-Identifier: Apache-2.0
#include "auth/allowances/allowances.h"

#include <algorithm>

#include "auth/allowances/allowances_sql.h"
#include "auth/process.h"

namespace gatehouse::allowances {
namespace {

constexpr std::size_t kMostBuckets = 1024;
// Below this a tenth is so little that early would be noticed.
constexpr std::int64_t kSmall = 20;

Time end_of_window(Time now, seconds window) {
  const std::int64_t length = milliseconds(window).count();
  return from_millis((to_millis(now) / length + 1) * length);
}

// How many could be drawn: a block, or one where less than a block is left.
std::int64_t draw(const Occasion& occasion, const crypto::Digest& bucket, std::int64_t most, std::int64_t block,
                  Purse::Block& purse) {
  return occasion.database().unit([&](db::Work& work) -> std::int64_t {
    const auto try_draw = [&](std::int64_t amount) {
      return work.run(kDraw, {amount, bucket, purse.window_ends_at, amount, most}) == 1;
    };
    std::int64_t amount = block;
    if (!try_draw(block)) {
      work.run(kOpen, {bucket, purse.window_ends_at});
      if (!try_draw(block)) amount = block > 1 && try_draw(1) ? 1 : 0;
    }
    db::Rows row = work.query(kDrawn, {bucket, purse.window_ends_at});
    purse.undrawn = row.next() ? most - row.integer(0) : 0;
    return amount;
  });
}

}  // namespace

Purse::Block* Purse::of(const crypto::Digest& bucket, Time now) {
  if (blocks_.size() >= kMostBuckets && !blocks_.contains(bucket)) {
    std::erase_if(blocks_, [&](const auto& each) { return each.second.window_ends_at <= now; });
    if (blocks_.size() >= kMostBuckets) return nullptr;
  }
  return &blocks_[bucket];
}

Allowance take(const Occasion& occasion, const crypto::Digest& bucket, std::int64_t most, seconds window) {
  Purse::Block passing;
  Purse::Block* const kept = occasion.process.purse.of(bucket, occasion.now);
  Purse::Block& purse = kept ? *kept : passing;
  const Time end = end_of_window(occasion.now, window);
  if (purse.window_ends_at != end) purse = {.window_ends_at = end, .left = 0, .undrawn = most};
  const bool one_by_one = !kept || most < kSmall || occasion.process.draws == Draws::one_by_one;
  // What is used up stays so until the window ends: a flood that is refused draws nothing.
  if (purse.left == 0 && purse.undrawn > 0) {
    purse.left = draw(occasion, bucket, most, one_by_one ? 1 : most / 10, purse);
  }
  Allowance allowance{.most = most,
                      .remaining = 0,
                      .resets_in = std::chrono::ceil<seconds>(end - occasion.now),
                      .granted = purse.left > 0};
  if (allowance.granted) --purse.left;
  allowance.remaining = purse.left + purse.undrawn;
  return allowance;
}

}  // namespace gatehouse::allowances
