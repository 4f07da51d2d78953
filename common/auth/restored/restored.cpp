// SPDX-License-Identifier: Apache-2.0
#include "auth/restored/restored.h"

#include "auth/audit/audit.h"
#include "auth/restored/restored_sql.h"

namespace gatehouse::restored {
namespace {

// By a key of 16 bytes, a short unit for each batch.
std::int64_t end_in_batches(const Occasion& occasion, const db::Statement& page, const db::Statement& end) {
  const std::string last(16, '\xff');
  std::int64_t ended = 0;
  for (std::string from; from != last;) {
    db::Rows row = occasion.database().query(page, {from});
    const std::string to = row.next() ? row.text(0) : last;
    ended += occasion.database().unit([&](db::Work& work) { return work.run(end, {occasion.now, from, to}); });
    from = to;
  }
  return ended;
}

}  // namespace

Result<Restored> end_everything(const Occasion& occasion, ApiKeys api_keys) {
  const auto kid = keys::replace_all(occasion);
  if (!kid) return kid.refusal();
  Restored done{.kid = *kid};
  done.sessions = end_in_batches(occasion, kSessionsPage, kEndSessions);
  if (api_keys == ApiKeys::end) done.api_keys = end_in_batches(occasion, kKeysPage, kEndKeys);
  for (const db::Statement* end : {&kEndEmailTokens, &kEndResetTokens, &kEndSteps, &kDropMail}) {
    occasion.database().unit([&](db::Work& work) { return work.run(*end, {occasion.now, occasion.now}); });
  }
  occasion.database().unit([&](db::Work& work) { return work.run(kDeferPurges, {occasion.now, occasion.now}); });
  // A moment of its own: a record may not be later than a request may take.
  const Occasion now{
      .process = occasion.process, .now = occasion.process.clock.now(), .request_id = occasion.request_id};
  now.database().unit([&](db::Work& work) {
    audit::record(work, now, audit::Event::restored,
                  {.detail = "sessions ended: " + std::to_string(done.sessions) +
                             ", API keys ended: " + std::to_string(done.api_keys)});
    return Done{};
  });
  return done;
}

}  // namespace gatehouse::restored
