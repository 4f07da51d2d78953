// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/access/roles.h"
#include "auth/allowances/allowances.h"
#include "auth/guard/rulebook.h"
#include "auth/keys/keys.h"
#include "auth/passwords/breaches.h"
#include "auth/passwords/slots.h"
#include "auth/rates/counts.h"
#include "auth/tokens/verified.h"
#include "base/address.h"
#include "base/config.h"
#include "base/log.h"
#include "base/random.h"
#include "base/time.h"
#include "db/database.h"

namespace gatehouse {

// All that outlives a request. Passed to dispatch; there are no globals, so one test binary can be 45 executables.
struct Process {
  Process(Settings s, std::string endpoint_name, keys::Power power, Clock& c, Randomness& r, LogSink sink)
      : settings(std::move(s)),
        endpoint(std::move(endpoint_name)),
        clock(c),
        random(r),
        log(std::move(sink)),
        database([this] { return db::target_for(settings, endpoint); }),
        keyring(settings, power),
        breaches(settings.breach_list),
        hash_slots(settings.run_directory, settings.hash_slots) {}

  const Settings settings;
  std::string endpoint;  // that is served; of gatehouse_all.fcgi another one at each request
  Clock& clock;
  Randomness& random;
  LogSink log;
  db::Database database;
  keys::Keyring keyring;
  access::Roles roles;
  guard::Rulebook rulebook;
  allowances::Purse purse;
  allowances::Draws draws = allowances::Draws::blocks;
  rates::Counts rates;
  Time forwarding_told_at{};  // when the log was last told of an X-Forwarded-For that nobody expects
  tokens::VerifiedCache verified;
  passwords::Breaches breaches;
  passwords::Slots hash_slots;
};

// What a use case may know of the request it serves: the process, the one `now`, where it came from. A command of the
// operator's makes one too.
struct Occasion {
  Process& process;
  Time now;
  Address address{};
  std::string request_id{};
  std::string user_agent{};

  const Settings& settings() const { return process.settings; }
  db::Database& database() const { return process.database; }
  Randomness& random() const { return process.random; }
};

}  // namespace gatehouse
