// SPDX-License-Identifier: Apache-2.0
#include "auth/transfer/transfer.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "auth/audit/audit.h"
#include "auth/census/census.h"
#include "auth/transfer/transfer_rules.h"
#include "auth/transfer/transfer_sql.h"
#include "auth/users/users_rules.h"
#include "auth/users/users_sql.h"
#include "base/failure.h"
#include "json/json.h"

namespace gatehouse::transfer {
namespace {

constexpr std::size_t kBatch = 200;
// Each waits some seconds for a hash slot; then people who log in have had their turn often enough.
constexpr int kMostWaitsForASlot = 20;

// What some editors put before the first line.
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

enum class Outcome { free, imported, already_there, refused };

// A line on its way into the database.
struct Arrival {
  std::int64_t line;
  Incoming user;
  BirthId birth{};
  std::string hash{};
  Outcome outcome = Outcome::free;
  std::string why{};
  std::string username{};  // the one of user.usernames that nobody has
};

void refuse(Arrival& arrival, std::string_view why) {
  arrival.outcome = Outcome::refused;
  arrival.why = why;
}

bool may_be_called(const Incoming& user, std::string_view username_key) {
  return std::any_of(user.usernames.begin(), user.usernames.end(),
                     [&](const std::string& name) { return users::canonical_username(name) == username_key; });
}

// Decides what can be known without writing; `source` is a Database, or the Work that found something taken.
template <class Source>
void find_place(Source& source, Arrival& arrival) {
  const std::string email_key = users::canonical_email(arrival.user.email);
  for (const std::string& name : arrival.user.usernames) {
    db::Rows row = source.query(kHolders, {email_key, email_key, users::canonical_username(name)});
    row.next();
    if (!row.is_null(0)) {
      // Its own row: an earlier run of this unit committed, and its answer was lost.
      const bool is_own = row.text(1) == arrival.birth.raw();
      if (is_own || may_be_called(arrival.user, row.text(0))) {
        arrival.outcome = is_own ? Outcome::imported : Outcome::already_there;
        return;
      }
      return refuse(arrival, "email is taken");
    }
    if (row.boolean(2)) continue;
    arrival.username = name;
    return;
  }
  refuse(arrival, "username is taken");
}

// False: somebody else has the name or the address by now, most often an earlier line of the batch.
bool claim(db::Work& work, const Occasion& occasion, const Arrival& arrival, const std::string& username_key) {
  const Incoming& user = arrival.user;
  const std::string email_key = users::canonical_email(user.email);
  return work.claim(kInsertUser,
                    {arrival.birth, arrival.username, username_key, user.email, email_key, user.full_name, user.role,
                     user.is_active, user.is_verified, user.created_at.value_or(occasion.now), occasion.now});
}

// Whether this run of the unit did it.
bool insert(db::Work& work, const Occasion& occasion, Arrival& arrival) {
  std::string username_key = users::canonical_username(arrival.username);
  while (!claim(work, occasion, arrival, username_key)) {
    find_place(work, arrival);
    if (arrival.outcome != Outcome::free) return false;
    const std::string next = users::canonical_username(arrival.username);
    if (next == username_key) {
      refuse(arrival, "username or email was taken a moment ago");
      return false;
    }
    username_key = next;
  }
  db::Rows own = work.query(users::kFindByBirth, {username_key, arrival.birth});
  if (!own.next()) bug("a user that was just inserted is not there");
  const UserId id = own.user_id(0);
  if (arrival.user.hash) work.run(users::kInsertPassword, {id, arrival.hash, occasion.now});
  audit::record(work, occasion, audit::Event::user_imported, {.user = id});
  arrival.outcome = Outcome::imported;
  return true;
}

Result<std::string> adopt_patiently(const Occasion& occasion, const std::string& hash, passwords::Wrapping wrapping) {
  for (int waits = 1;; ++waits) {
    auto adopted = passwords::adopt_foreign(occasion, hash, wrapping);
    const bool is_busy = !adopted && adopted.refusal().reason == Reason::unavailable;
    if (!is_busy || waits == kMostWaitsForASlot) return adopted;
  }
}

// All of the slow and the random before the unit; the unique keys have the last word inside it.
void store(const Occasion& occasion, std::vector<Arrival>& batch, passwords::Wrapping wrapping) {
  for (Arrival& arrival : batch) {
    if (arrival.outcome != Outcome::free) continue;
    arrival.birth = BirthId::draw(occasion.random());
    if (!arrival.user.hash) continue;
    auto adopted = adopt_patiently(occasion, *arrival.user.hash, wrapping);
    if (!adopted && adopted.refusal().reason == Reason::unavailable) throw Failure("no hash slot became free");
    if (!adopted) {
      refuse(arrival, adopted.refusal().detail);
    } else {
      arrival.hash = std::move(*adopted);
    }
  }
  batch = occasion.database().unit([&](db::Work& work) {
    // May be run again: from the beginning.
    std::vector<Arrival> arrivals = batch;
    std::map<std::pair<std::string, bool>, std::int64_t> entered;
    for (Arrival& arrival : arrivals) {
      if (arrival.outcome != Outcome::free) continue;
      if (insert(work, occasion, arrival)) ++entered[{arrival.user.role, arrival.user.is_active}];
    }
    for (const auto& [state, users] : entered) census::enter_many(work, {state.first, state.second}, users);
    return arrivals;
  });
}

// Names and addresses of the lines before, which a rehearsal does not find in the database.
class Rehearsed {
 public:
  void place(Arrival& arrival) {
    const auto& names = arrival.user.usernames;
    auto name = std::find(names.begin(), names.end(), arrival.username);
    const std::string email_key = users::canonical_email(arrival.user.email);
    if (emails_.contains(email_key)) {
      const bool is_same = may_be_called(arrival.user, emails_[email_key]);
      if (!is_same) return refuse(arrival, "email is taken");
      arrival.outcome = Outcome::already_there;
      return;
    }
    while (name != names.end() && names_.contains(users::canonical_username(*name))) ++name;
    if (name == names.end()) return refuse(arrival, "username is taken");
    const std::string username_key = users::canonical_username(*name);
    names_.insert(username_key);
    emails_.emplace(email_key, username_key);
    arrival.outcome = Outcome::imported;
  }

 private:
  std::unordered_set<std::string> names_;
  std::unordered_map<std::string, std::string> emails_;  // to the name
};

class Run {
 public:
  Run(Process& process, const Import& import, const Watcher& watcher)
      : process_(process), import_(import), watcher_(watcher) {}

  Totals over(std::istream& in) {
    std::int64_t lines = 0;
    std::int64_t bytes = 0;
    for (std::string line; std::getline(in, line);) {
      ++lines;
      bytes += static_cast<std::int64_t>(line.size()) + 1;
      if (lines == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
      if (line.ends_with('\r')) line.pop_back();
      if (!is_blank(line)) read(lines, line);
      if (batch_.size() == kBatch) finish_batch(lines, bytes);
    }
    if (in.bad()) throw Failure("the file can't be read to its end");
    finish_batch(lines, bytes);
    return totals_;
  }

 private:
  Occasion occasion() const {
    return {.process = process_, .now = process_.clock.now(), .request_id = "gatehouse:user-import"};
  }

  void read(std::int64_t number, std::string_view line) {
    auto user = read_line(line, import_, process_.clock.now());
    Arrival arrival{.line = number, .user = user ? std::move(*user) : Incoming{}};
    if (!user) {
      refuse(arrival, user.refusal().detail);
    } else if (!is_role(arrival.user.role)) {
      refuse(arrival, "role is none that is known here");
    } else if (arrival.user.hash) {
      const auto why = passwords::judge_foreign(occasion(), *arrival.user.hash);
      if (!why.empty()) refuse(arrival, "hash " + std::string(why));
    }
    batch_.push_back(std::move(arrival));
  }

  bool is_role(const std::string& name) const {
    const Occasion now = occasion();
    return process_.roles.present(now.database(), now.now).find(name) != nullptr;
  }

  void finish_batch(std::int64_t lines, std::int64_t bytes) {
    const Occasion now = occasion();
    for (Arrival& arrival : batch_) {
      if (arrival.outcome == Outcome::free) find_place(now.database(), arrival);
      if (arrival.outcome == Outcome::free && import_.mode == Mode::rehearse) rehearsed_.place(arrival);
    }
    const auto is_free = [](const Arrival& arrival) { return arrival.outcome == Outcome::free; };
    if (std::any_of(batch_.begin(), batch_.end(), is_free)) store(now, batch_, import_.wrapping);
    for (const Arrival& arrival : batch_) count(arrival);
    batch_.clear();
    if (watcher_.progress) watcher_.progress(lines, bytes);
  }

  void count(const Arrival& arrival) {
    totals_.imported += arrival.outcome == Outcome::imported ? 1 : 0;
    totals_.already_there += arrival.outcome == Outcome::already_there ? 1 : 0;
    if (arrival.outcome != Outcome::refused) return;
    ++totals_.refused;
    if (watcher_.refused) watcher_.refused(arrival.line, arrival.why);
  }

  Process& process_;
  const Import& import_;
  const Watcher& watcher_;
  std::vector<Arrival> batch_;
  Rehearsed rehearsed_;
  Totals totals_;
};

std::string to_line(const db::Rows& row, Hashes hashes) {
  json::Writer w;
  w.begin_object().key("username").string(row.text(1)).key("email").string(row.text(2));
  if (const auto name = row.optional_text(3)) w.key("full_name").string(*name);
  w.key("role").string(row.text(4)).key("is_active").boolean(row.boolean(5));
  w.key("is_verified").boolean(row.boolean(6)).key("created_at").string(to_rfc3339(row.time(7)));
  if (hashes == Hashes::included) {
    w.key("hash");
    if (const auto hash = row.optional_text(8)) {
      w.string(*hash);
    } else {
      w.null();
    }
  }
  return w.end_object().take();
}

}  // namespace

Totals import_users(Process& process, std::istream& in, const Import& import, const Watcher& watcher) {
  return Run(process, import, watcher).over(in);
}

void export_users(const Occasion& occasion, Hashes hashes, const std::function<void(std::string_view line)>& put) {
  if (hashes == Hashes::included) {
    occasion.database().unit([&](db::Work& work) {
      audit::record(work, occasion, audit::Event::password_hashes_exported, {});
      return Done{};
    });
  }
  const db::Statement& page = hashes == Hashes::included ? kPageWithHashes : kPage;
  for (UserId last{0};;) {
    db::Rows row = occasion.database().query(page, {last});
    const UserId before = last;
    while (row.next()) {
      last = row.user_id(0);
      put(to_line(row, hashes));
    }
    if (last == before) return;
  }
}

}  // namespace gatehouse::transfer
