// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/seals.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "auth/audit/seal_key.h"
#include "auth/audit/seals_sql.h"
#include "auth/process.h"
#include "base/failure.h"
#include "base/syslog.h"

namespace gatehouse::audit {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kDropBatch = 100;  // as in the statement
// Reading, and more so deleting, makes what runs beside it slower.
constexpr int kRestOfReading = 1;
constexpr int kRestOfDeleting = 9;

template <class Step>
auto then_rest(int times, Step&& step) {
  const auto began = std::chrono::steady_clock::now();
  auto outcome = step();
  std::this_thread::sleep_for(times * (std::chrono::steady_clock::now() - began));
  return outcome;
}

crypto::Digest digest_of(const std::string& raw) {
  crypto::Digest digest{};
  std::copy_n(raw.begin(), std::min(raw.size(), digest.size()), digest.begin());
  return digest;
}

Seal read_seal(const db::Rows& rows) {
  return {.hour = rows.integer(0),
          .row_count = rows.integer(1),
          .first_id = rows.integer(2),
          .last_id = rows.integer(3),
          .previous = digest_of(rows.text(4)),
          .digest = digest_of(rows.text(5)),
          .sealed_at = rows.integer(6),
          .signature = rows.text(7)};
}

std::optional<Seal> one_seal(db::Rows rows) { return rows.next() ? std::optional(read_seal(rows)) : std::nullopt; }

// What the rows of an hour come to now, a batch in memory at a time; as they are, and without addresses and user
// agents.
struct Contents {
  Seal as_is;
  Seal blank;
  bool is_blank = true;
};

Contents contents_of(const Occasion& occasion, Hour hour, const crypto::Digest& previous) {
  const Span span = span_of(hour, previous);
  Content as_is(hour, previous);
  Content blank(hour, previous);
  Contents contents;
  std::int64_t at = span.from;
  std::int64_t id = kLeast;
  const auto add_batch = [&] {
    db::Rows rows = occasion.database().query(kRowsOfSpan, {at, span.to, at, id});
    bool is_any = false;
    while (rows.next()) {
      Row row = read_row(rows);
      as_is.add(row);
      contents.is_blank = contents.is_blank && row.address.empty() && row.user_agent.empty();
      row.address.clear();
      row.user_agent.clear();
      blank.add(row);
      at = row.at;
      id = row.id;
      is_any = true;
    }
    return is_any;
  };
  while (then_rest(kRestOfReading, add_batch)) {
  }
  contents.as_is = as_is.finish();
  contents.blank = blank.finish();
  return contents;
}

Seal content_of(const Occasion& occasion, Hour hour, const crypto::Digest& previous) {
  return contents_of(occasion, hour, previous).as_is;
}

bool are_equal(const Seal& found, const Seal& sealed) {
  return found.digest == sealed.digest && found.row_count == sealed.row_count && found.first_id == sealed.first_id &&
         found.last_id == sealed.last_id;
}

// To where nobody who can write the database can write: that the newest seals were cut off shows there only.
void tell_syslog(const Occasion& occasion, const Seal& seal) {
  send_to_syslog(occasion.settings().audit_syslog_socket, SyslogSeverity::info, occasion.now,
                 "audit seal " + name_of_hour(seal.hour) + " rows " + std::to_string(seal.row_count) + " digest " +
                     to_hex(bytes_of(seal.digest)));
}

crypto::SigningKey key_for(const Occasion& occasion, bool has_seals) {
  const Settings& settings = occasion.settings();
  if (!has_seals) make_seal_key(settings);
  auto key = read_seal_key(settings);
  if (!key) {
    throw Misconfigured(settings.audit_key_file +
                        ": the key of the seals is gone; put it back, or make another by `gatehouse audit key --make "
                        "yes`, which needs the old one's public half to verify with");
  }
  return std::move(*key);
}

// Believed only where it was taken: of two that seal at once one is first, and the other one looks again.
bool add_seal(const Occasion& occasion, const Seal& seal) {
  return occasion.database().unit([&](db::Work& work) {
    return work.claim(kInsertSeal, {seal.hour, seal.row_count, seal.first_id, seal.last_id, seal.previous, seal.digest,
                                    seal.sealed_at, seal.signature});
  });
}

void drop_rows(const Occasion& occasion, const Span& span, Time give_up, Sealed& sealed) {
  const auto drop_batch = [&] {
    return occasion.database().unit([&](db::Work& work) { return work.run(kDropRows, {span.from, span.to}); });
  };
  for (std::int64_t rows = kDropBatch; rows == kDropBatch;) {
    if (occasion.process.clock.now() >= give_up) {
      sealed.is_finished = false;
      return;
    }
    rows = then_rest(kRestOfDeleting, drop_batch);
    sealed.rows_dropped += rows;
  }
}

// Hour by hour: what an earlier one left over is finished before the next one begins, so at most one is half gone.
void drop_old(const Occasion& occasion, const crypto::SigningKey& key, Time give_up, Sealed& sealed) {
  if (occasion.settings().audit_retention == days(0)) return;
  const Hour newest = newest_older_than(occasion.now, occasion.settings().audit_retention);
  Hour reached = kLeast;
  if (db::Rows last = occasion.database().query(kLastDrop); last.next()) {
    reached = last.integer(0);
    drop_rows(occasion, span_of(reached, digest_of(last.text(1))), give_up, sealed);
  }
  while (sealed.is_finished) {
    const auto next = one_seal(occasion.database().query(kNextToDrop, {reached, newest}));
    if (!next) return;
    Drop drop{.hour = next->hour, .dropped_at = to_millis(occasion.now)};
    drop.signature = key.sign(signed_bytes(drop, next->digest));
    occasion.database().unit([&](db::Work& work) {
      return work.claim(kInsertDrop, {drop.hour, drop.dropped_at, drop.signature});
    });
    drop_rows(occasion, span_of(next->hour, next->previous), give_up, sealed);
    reached = next->hour;
  }
}

void blank_rows(const Occasion& occasion, const Span& span, Time give_up, Sealed& sealed) {
  for (std::int64_t from = span.from; from < span.to;) {
    if (occasion.process.clock.now() >= give_up) {
      sealed.is_finished = false;
      return;
    }
    then_rest(kRestOfDeleting, [&] {
      db::Rows page = occasion.database().query(kBlankPage, {from, span.to});
      const std::int64_t to = page.next() ? page.integer(0) : span.to - 1;
      sealed.rows_blanked += occasion.database().unit([&](db::Work& work) { return work.run(kBlankRows, {from, to}); });
      from = to + 1;
      return true;
    });
  }
}

// As drop_old. What is not as it was sealed keeps what it has: a note would vouch for it.
void blank_old(const Occasion& occasion, const crypto::SigningKey& key, Time give_up, Sealed& sealed) {
  if (!sealed.is_finished || occasion.settings().address_retention == days(0)) return;
  const Hour newest = newest_older_than(occasion.now, occasion.settings().address_retention);
  Hour reached = kLeast;
  if (db::Rows last = occasion.database().query(kLastBlank); last.next()) {
    reached = last.integer(0);
    blank_rows(occasion, span_of(reached, digest_of(last.text(1))), give_up, sealed);
  }
  if (db::Rows last = occasion.database().query(kLastDrop); last.next()) reached = std::max(reached, last.integer(0));
  while (sealed.is_finished) {
    const auto next = one_seal(occasion.database().query(kNextToDrop, {reached, newest}));
    if (!next) return;
    reached = next->hour;
    const Contents found = contents_of(occasion, next->hour, next->previous);
    // Another may be at it, and end before it is done: what it noted is finished here. Looked at after the rows, since
    // the note came before anything was taken away.
    std::optional<crypto::Digest> promised;
    if (db::Rows note = occasion.database().query(kBlankDigestOf, {next->hour}); note.next()) {
      promised = digest_of(note.text(0));
    }
    if (promised == found.blank.digest) {
      if (!found.is_blank) blank_rows(occasion, span_of(next->hour, next->previous), give_up, sealed);
      continue;
    }
    if (promised || !are_equal(found.as_is, *next)) {
      sealed.untouched.push_back(next->hour);
      continue;
    }
    if (found.is_blank) continue;
    Blank blank{.hour = next->hour, .blanked_at = to_millis(occasion.now), .digest = found.blank.digest};
    blank.signature = key.sign(signed_bytes(blank, next->digest));
    occasion.database().unit([&](db::Work& work) {
      return work.claim(kInsertBlank, {blank.hour, blank.blanked_at, blank.digest, blank.signature});
    });
    blank_rows(occasion, span_of(next->hour, next->previous), give_up, sealed);
  }
}

bool is_signed(const std::vector<crypto::VerifyingKey>& keys, const std::string& bytes, const std::string& signature) {
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return key.verify(bytes, signature); });
}

// One hour of the chain, and what came before it.
class Verifier {
 public:
  Verifier(const Occasion& occasion, const std::vector<crypto::VerifyingKey>& keys,
           const std::function<void(Hour, const std::string&)>& complain)
      : occasion_(occasion), keys_(keys), complain_(complain) {}

  void check(const Seal& seal, Verdict& verdict) {
    check_place(seal, verdict.last);
    if (!is_signed(keys_, signed_bytes(seal), seal.signature)) complain_(seal.hour, "the seal's signature is wrong");
    check_rows(seal, verdict);
  }

 private:
  void check_place(const Seal& seal, const std::optional<Seal>& before) const {
    if (!before) {
      if (seal.previous != crypto::Digest{}) complain_(seal.hour, "the seals before it are missing");
      return;
    }
    if (seal.hour != before->hour + 1) {
      complain_(seal.hour, "the seals from " + name_of_hour(before->hour + 1) + " to " + name_of_hour(seal.hour - 1) +
                               " are missing");
    }
    if (seal.previous != before->digest) complain_(seal.hour, "it does not follow the seal before it");
  }

  void check_rows(const Seal& seal, Verdict& verdict) const {
    const Contents contents = contents_of(occasion_, seal.hour, seal.previous);
    const Seal& found = contents.as_is;
    verdict.rows += found.row_count;
    if (are_equal(found, seal)) return;
    // Looked at after the rows: a sweep that runs beside this puts down its note before it takes anything away.
    if (was_blanked(seal, contents, verdict)) return;
    if (was_dropped(seal)) {
      ++verdict.hours_dropped;
      // Once more, since it may have been at work just now.
      if (found.row_count == 0 || content_of(occasion_, seal.hour, seal.previous).row_count == 0) return;
      db::Rows newest = occasion_.database().query(kLastDrop);
      if (newest.next() && newest.integer(0) == seal.hour) {
        verdict.being_dropped = seal.hour;
      } else {
        complain_(seal.hour, "retention has dropped its rows, but " + std::to_string(found.row_count) + " are there");
      }
      return;
    }
    const auto count = [](std::int64_t n) { return std::to_string(n); };
    if (found.row_count == seal.row_count) {
      complain_(seal.hour, "the rows or their seal were changed (" + count(seal.row_count) + " rows, ids " +
                               count(seal.first_id) + " to " + count(seal.last_id) + ")");
    } else {
      complain_(seal.hour, std::string(found.row_count < seal.row_count ? "rows were removed" : "rows were added") +
                               ": " + count(seal.row_count) + " were sealed, " + count(found.row_count) + " are there");
    }
  }

  // Whether these are the rows that were sealed but for what retention took out of them.
  bool was_blanked(const Seal& seal, const Contents& contents, Verdict& verdict) const {
    db::Rows rows = occasion_.database().query(kBlankOf, {seal.hour});
    if (!rows.next()) return false;
    Blank blank{.hour = rows.integer(0),
                .blanked_at = rows.integer(1),
                .digest = digest_of(rows.text(2)),
                .signature = rows.text(3)};
    if (!is_signed(keys_, signed_bytes(blank, seal.digest), blank.signature)) {
      complain_(seal.hour, "the signature of the note that retention took its addresses is wrong");
      return false;
    }
    Seal rest = seal;
    rest.digest = blank.digest;
    if (!are_equal(contents.blank, rest)) return false;
    ++verdict.hours_blanked;
    if (contents.is_blank) return true;
    db::Rows newest = occasion_.database().query(kLastBlank);
    if (newest.next() && newest.integer(0) != seal.hour) {
      complain_(seal.hour, "retention took its addresses, but there are some");
    }
    return true;
  }

  bool was_dropped(const Seal& seal) const {
    db::Rows rows = occasion_.database().query(kDropOf, {seal.hour});
    if (!rows.next()) return false;
    const Drop drop{.hour = rows.integer(0), .dropped_at = rows.integer(1), .signature = rows.text(2)};
    if (is_signed(keys_, signed_bytes(drop, seal.digest), drop.signature)) return true;
    complain_(seal.hour, "the signature of the note that retention dropped its rows is wrong");
    return false;
  }

  const Occasion& occasion_;
  const std::vector<crypto::VerifyingKey>& keys_;
  const std::function<void(Hour, const std::string&)>& complain_;
};

}  // namespace

Sealed seal(const Occasion& occasion, seconds budget) {
  db::Database& database = occasion.database();
  Clock& clock = occasion.process.clock;
  const Time give_up = clock.now() + budget;
  const Hour newest = newest_closed(occasion.now);
  auto last = one_seal(database.query(kLastSeal));
  const crypto::SigningKey key = key_for(occasion, last.has_value());

  Sealed sealed{.is_finished = true};
  while (!last || last->hour < newest) {
    if (clock.now() >= give_up) {
      sealed.is_finished = false;
      return sealed;
    }
    Seal next = content_of(occasion, last ? last->hour + 1 : newest, last ? last->digest : crypto::Digest{});
    next.sealed_at = to_millis(occasion.now);
    next.signature = key.sign(signed_bytes(next));
    const bool is_ours = add_seal(occasion, next);
    if (is_ours) {
      tell_syslog(occasion, next);
      sealed.seals.push_back(next);
    }
    const auto reached = one_seal(database.query(kLastSeal));
    if (!is_ours && reached && last && reached->hour == last->hour) {
      throw Failure("the newest seal has a successor already, which stands elsewhere: see `gatehouse audit verify`");
    }
    last = reached;
  }
  drop_old(occasion, key, give_up, sealed);
  blank_old(occasion, key, give_up, sealed);
  return sealed;
}

Verdict verify(const Occasion& occasion, const std::vector<crypto::VerifyingKey>& keys,
               const std::optional<crypto::Digest>& known,
               const std::function<void(Hour, const std::string&)>& complain) {
  Verifier verifier(occasion, keys, complain);
  Verdict verdict;
  for (bool is_more = true; is_more;) {
    is_more = false;
    db::Rows rows = occasion.database().query(kSeals, {verdict.last ? verdict.last->hour : kLeast});
    while (rows.next()) {
      const Seal seal = read_seal(rows);
      verifier.check(seal, verdict);
      verdict.has_known = verdict.has_known || seal.digest == known;
      if (!verdict.first) verdict.first = seal;
      verdict.last = seal;
      ++verdict.seals;
      is_more = true;
    }
  }
  const std::int64_t end = verdict.last ? span_of(verdict.last->hour, verdict.last->digest).to : kLeast;
  if (db::Rows rows = occasion.database().query(kUnsealed, {end}); rows.next()) verdict.unsealed_rows = rows.integer(0);
  return verdict;
}

}  // namespace gatehouse::audit
