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

std::int64_t size_of_block(const Terms& terms, const Purse::Block& block) {
  if (terms.most < kSmall || terms.draws == Draws::one_by_one) return 1;
  const std::int64_t tenth = terms.most / 10;
  return terms.blocks == Blocks::tenths ? tenth : std::clamp<std::int64_t>(block.given / 4, 1, tenth);
}

Drawn draw_row(const Occasion& occasion, const crypto::Digest& bucket, std::int64_t most, std::int64_t amount,
               Time window_ends_at) {
  return occasion.database().unit([&](db::Work& work) -> Drawn {
    const auto try_draw = [&] { return work.run(kDraw, {amount, bucket, window_ends_at, amount, most}) == 1; };
    bool is_drawn = try_draw();
    if (!is_drawn) {
      work.run(kOpen, {bucket, window_ends_at});
      is_drawn = try_draw();
    }
    db::Rows row = work.query(kDrawn, {bucket, window_ends_at});
    return {.amount = is_drawn ? amount : 0, .undrawn = row.next() ? most - row.integer(0) : 0};
  });
}

}  // namespace

Time end_of_window(Time now, seconds window) {
  const std::int64_t length = milliseconds(window).count();
  return from_millis((to_millis(now) / length + 1) * length);
}

Purse::Block* Purse::of(const crypto::Digest& bucket, Time now) {
  if (blocks_.size() >= kMostBuckets && !blocks_.contains(bucket)) {
    std::erase_if(blocks_, [&](const auto& each) { return each.second.window_ends_at <= now; });
    if (blocks_.size() >= kMostBuckets) return nullptr;
  }
  return &blocks_[bucket];
}

Allowance take(Purse& purse, const crypto::Digest& bucket, const Terms& terms, Time now, const Draw& draw) {
  Purse::Block passing;
  Purse::Block* const kept = purse.of(bucket, now);
  Purse::Block& block = kept ? *kept : passing;
  const Time end = end_of_window(now, terms.window);
  if (block.window_ends_at != end) block = {.window_ends_at = end, .undrawn = terms.most};
  if (block.left == 0 && block.undrawn > 0) {
    const std::int64_t size = kept ? std::min(size_of_block(terms, block), block.undrawn) : 1;
    Drawn drawn = draw(size, end);
    if (drawn.amount == 0 && drawn.undrawn > 0 && size > 1) drawn = draw(1, end);
    block.left = drawn.amount;
    block.undrawn = drawn.undrawn;
  }
  Allowance allowance{.most = terms.most,
                      .remaining = 0,
                      .resets_in = std::chrono::ceil<seconds>(end - now),
                      .granted = block.left > 0};
  if (allowance.granted) {
    --block.left;
    ++block.given;
  }
  allowance.remaining = std::max<std::int64_t>(block.left + block.undrawn, 0);
  return allowance;
}

Allowance take(const Occasion& occasion, const crypto::Digest& bucket, std::int64_t most, seconds window) {
  const Terms terms{.most = most, .window = window, .blocks = Blocks::tenths, .draws = occasion.process.draws};
  return take(occasion.process.purse, bucket, terms, occasion.now, [&](std::int64_t amount, Time window_ends_at) {
    return draw_row(occasion, bucket, most, amount, window_ends_at);
  });
}

}  // namespace gatehouse::allowances
