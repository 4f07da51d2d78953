// SPDX-License-Identifier: Apache-2.0
#include "auth/master/master.h"

#include <sys/stat.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "auth/audit/audit.h"
#include "auth/factors/seed_context.h"
#include "auth/master/master_sql.h"
#include "auth/sessions/refresh.h"
#include "base/failure.h"
#include "base/folder_lock.h"
#include "crypto/seal.h"

namespace gatehouse::master {
namespace {

using keys::MasterKey;
using keys::MasterUse;

constexpr std::size_t kPage = 200;  // as in the statements
// A process looks at the file once a second, and what it had sealed before may be stored for as long as a unit may take
// to go on record (auth/audit): only then is nothing sealed under the old key any more for certain.
constexpr seconds kLastOfTheOld{62};

std::string name_of(const MasterKey& key) { return to_base64url(key.id); }

std::string context_of_key(const db::Rows& row) { return keys::seal_context(row.text(0)); }

std::string context_of_successor(const db::Rows& row) {
  const auto session = SessionId::from_bytes(row.text(0));
  const auto spent = TokenId::from_bytes(row.optional_text(2).value_or(""));
  return session && spent ? sessions::successor_context(*session, *spent) : "";
}

std::string context_of_seed(const db::Rows& row) { return factors::seed_context(row.user_id(0)); }

struct Replacement {
  std::string key, before, after;
};

// Where the next page begins, or "" behind the last one.
std::string reseal_page(const Occasion& occasion, keys::MasterKeys& keys, const SealedColumn& column,
                        const std::string& new_id, const std::string& after, Resealed& resealed) {
  std::vector<Replacement> replacements;
  std::string last;
  std::size_t count = 0;
  for (db::Rows row = occasion.database().query(column.page, {new_id, after}); row.next(); ++count) {
    last = row.text(0);
    if (row.is_null(1)) continue;
    const std::string context = column.context(row);
    std::string box = row.text(1);
    const auto plain = keys.unseal(context, box);
    if (!plain) {
      ++resealed.dead;
      continue;
    }
    std::string fresh = keys.seal(context, plain->reveal(), occasion.random());
    replacements.push_back({last, std::move(box), std::move(fresh)});
  }
  if (!replacements.empty()) {
    resealed.values += occasion.database().unit([&](db::Work& work) {
      std::int64_t done = 0;
      for (const auto& [key, before, fresh] : replacements) done += work.run(column.replace, {fresh, key, before});
      return done;
    });
  }
  return count == kPage ? last : "";
}

void record(const Occasion& occasion, const std::string& detail) {
  // Each step is a moment of its own: this takes longer than a request may.
  const Occasion now{
      .process = occasion.process, .now = occasion.process.clock.now(), .request_id = occasion.request_id};
  now.database().unit([&](db::Work& work) {
    audit::record(work, now, audit::Event::master_key_rotated, {.detail = detail});
    return Done{};
  });
}

std::string counted(std::int64_t values) { return std::to_string(values) + (values == 1 ? " value" : " values"); }

// A signing key in use that the one of this id would not open, or "".
std::string sealed_under_another(const Occasion& occasion, std::string_view id) {
  for (db::Rows row = occasion.database().query(kSealedKeys, {occasion.now}); row.next();) {
    if (crypto::named_master_key(row.text(1)) != id) return row.text(0);
  }
  return "";
}

void wait_for_the_last(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) throw Misconfigured(file + ": can't be read");
  const auto used_at = std::chrono::system_clock::from_time_t(info.st_mtim.tv_sec + 1);
  std::this_thread::sleep_until(used_at + kLastOfTheOld);
}

}  // namespace

std::span<const SealedColumn> sealed_columns() {
  static const SealedColumn columns[] = {
      {"gh_signing_key_secrets", "sealed", kKeysPage, kReplaceKey, context_of_key},
      {"gh_sessions", "successor", kSuccessorsPage, kReplaceSuccessor, context_of_successor},
      {"gh_totp", "sealed_seed", kSeedsPage, kReplaceSeed, context_of_seed},
  };
  return columns;
}

Resealed reseal(const Occasion& occasion, keys::MasterKeys& keys) {
  const std::string new_id = keys.sealing_id();
  Resealed resealed;
  for (const SealedColumn& column : sealed_columns()) {
    std::string after;
    do {
      const auto began = std::chrono::steady_clock::now();
      after = reseal_page(occasion, keys, column, new_id, after, resealed);
      // Half of the time is for those who wait.
      if (!after.empty()) std::this_thread::sleep_for(std::chrono::steady_clock::now() - began);
    } while (!after.empty());
  }
  return resealed;
}

std::string foreign_key(const Occasion& occasion, keys::MasterKeys& keys) {
  for (db::Rows row = occasion.database().query(kSealedKeys, {occasion.now}); row.next();) {
    if (!keys.unseal(keys::seal_context(row.text(0)), row.text(1))) return row.text(0);
  }
  return "";
}

void rotate(const Occasion& occasion, Until until, const std::function<void(const std::string&)>& say) {
  const std::string& file = occasion.settings().master_key_file;
  const FolderLock lock(std::filesystem::path(file).parent_path(), FolderLock::Busy::refuse);
  keys::MasterKeys known(file);
  if (const std::string kid = foreign_key(occasion, known); !kid.empty()) {
    throw Misconfigured(file + " does not open the signing key " + kid +
                        ": it is not this database's; put back the one that is, nothing was changed");
  }
  std::vector<MasterKey> all = keys::read_master_keys(file);
  if (all.size() > 2) throw Misconfigured(file + ": more than two keys; this replaces one by one");
  if (all.size() == 1) {
    std::string drawn(crypto::kMasterKeyBytes, '\0');
    occasion.random().fill({reinterpret_cast<unsigned char*>(drawn.data()), drawn.size()});
    all.push_back(keys::master_key(MasterUse::next, Secret(drawn)));
    explicit_bzero(drawn.data(), drawn.size());
    keys::write_master_keys(file, all);
    say("added " + name_of(all[1]) + ", which only opens yet");
  }
  if (until == Until::added) return;
  if (all[1].use == MasterUse::next) {
    // Said before it is done: what is on record and was not done is done by the next run.
    record(occasion, name_of(all[0]) + " gives way to " + name_of(all[1]));
    std::swap(all[0], all[1]);
    all[0].use = MasterUse::seals;
    all[1].use = MasterUse::old;
    keys::write_master_keys(file, all);
    say(name_of(all[0]) + " seals from now on");
  }
  if (until == Until::used) return;
  known.look_again();
  if (known.sealing_id() != all[0].id) throw Misconfigured(file + ": can't be read as it was written; run it again");
  const Resealed first = reseal(occasion, known);
  say("sealed anew: " + counted(first.values));
  if (until == Until::resealed) return;
  wait_for_the_last(file);
  Resealed last;
  do {
    last = reseal(occasion, known);
    if (last.values > 0) say("sealed anew: " + counted(last.values) + " that came later");
  } while (last.values > 0);
  // Another machine that replaces it at once with a key of its own would be told here at the latest.
  if (keys::read_master_keys(file).at(0).id != all[0].id) {
    throw Misconfigured(file + ": somebody else changed it meanwhile; nothing was removed");
  }
  if (const std::string kid = sealed_under_another(occasion, all[0].id); !kid.empty()) {
    throw Misconfigured("the signing key " + kid + " is sealed under another key than " + name_of(all[0]) +
                        ": another machine replaces it, too? Nothing was removed");
  }
  if (last.dead > 0) say("opened by neither key, and left as they are: " + counted(last.dead));
  record(occasion, name_of(all[1]) + " opens nothing any more");
  const std::string old = name_of(all[1]);
  all.resize(1);
  keys::write_master_keys(file, all);
  say("removed " + old);
}

}  // namespace gatehouse::master
