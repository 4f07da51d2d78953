// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/audit.h"

#include <cstdio>

#include "auth/audit/entries.h"
#include "auth/audit/seal_key.h"
#include "auth/audit/seals.h"
#include "base/text.h"
#include "command.h"
#include "key_set.h"

namespace gatehouse::tool {
namespace {

// What a command works with, under an account of its own.
struct Worker {
  explicit Worker(const char* account)
      : process(load_config().settings, account, keys::Power::verifies, clock, random, write_to_stderr),
        occasion{.process = process, .now = clock.now()} {}

  SystemClock clock;
  crypto::SystemRandomness random;
  Process process;
  Occasion occasion;
};

constexpr const char* kSealer = "audit_seal";
constexpr const char* kReader = "gatehouse";

std::string plural(std::int64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

crypto::SigningKey own_key(const Settings& settings) {
  auto key = audit::read_seal_key(settings);
  if (!key) throw CommandError(settings.audit_key_file + ": there is no such key; `gatehouse audit seal` makes one");
  return std::move(*key);
}

std::vector<crypto::VerifyingKey> verifying_keys(const Arguments& given, const Settings& settings) {
  std::vector<crypto::VerifyingKey> keys;
  if (const auto file = given.option("--public-key")) {
    const json::Value key_set = read_key_set(*file);
    for (const json::Value& jwk : key_set.find("keys")->items) {
      if (auto key = verifying_key(jwk)) keys.push_back(std::move(*key));
    }
    if (keys.empty()) throw CommandError(*file + ": holds no key that could have sealed");
  } else {
    keys.push_back(crypto::VerifyingKey::from_public_der(crypto::Algorithm::es256, own_key(settings).public_der()));
  }
  return keys;
}

std::optional<crypto::Digest> known_digest(const Arguments& given) {
  const auto text = given.option("--known");
  if (!text) return std::nullopt;
  const auto raw = from_hex(*text);
  crypto::Digest digest{};
  if (!raw || raw->size() != digest.size()) throw CommandError("--known must be 64 hexadecimal digits");
  std::copy(raw->begin(), raw->end(), digest.begin());
  return digest;
}

std::optional<Time> time_of(const Arguments& given, const char* option) {
  const auto text = given.option(option);
  if (!text) return std::nullopt;
  const auto time = from_rfc3339(*text);
  if (!time) throw CommandError(std::string(option) + " must be a time such as 2026-01-31T09:05:00Z");
  return time;
}

audit::Filter filter_of(const Arguments& given) {
  audit::Filter filter{
      .event = given.option("--event"), .since = time_of(given, "--since"), .until = time_of(given, "--until")};
  if (filter.event && !audit::event_named(*filter.event)) throw CommandError(*filter.event + ": no such event");
  if (const auto text = given.option("--user")) {
    const auto id = parse_integer(*text);
    if (!id || *id < 1) throw CommandError("--user must be a user's id");
    filter.user = UserId{*id};
  }
  return filter;
}

void print(const audit::Verdict& verdict) {
  std::printf("%s sealed, from %s to %s; %s\n", plural(verdict.seals, "hour is", "hours are").c_str(),
              audit::name_of_hour(verdict.first->hour).c_str(), audit::name_of_hour(verdict.last->hour).c_str(),
              plural(verdict.rows, "row", "rows").c_str());
  if (verdict.hours_dropped > 0) {
    std::printf("%s dropped by retention\n", plural(verdict.hours_dropped, "hour was", "hours were").c_str());
  }
  if (verdict.hours_blanked > 0) {
    std::printf("%s by retention, of addresses and user agents\n",
                plural(verdict.hours_blanked, "hour was emptied", "hours were emptied").c_str());
  }
  if (verdict.being_dropped) {
    std::printf("%s: being dropped by retention; the rows that are left prove nothing\n",
                audit::name_of_hour(*verdict.being_dropped).c_str());
  }
  std::printf("not sealed yet: %s\n", plural(verdict.unsealed_rows, "row", "rows").c_str());
  std::printf("the last seal is %s\n", to_hex(bytes_of(verdict.last->digest)).c_str());
}

}  // namespace

bool seal_audit_trail(seconds budget) {
  const Worker by(kSealer);
  const audit::Sealed sealed = audit::seal(by.occasion, budget);
  for (const audit::Seal& seal : sealed.seals) {
    std::printf("sealed %s: %s, digest %s\n", audit::name_of_hour(seal.hour).c_str(),
                plural(seal.row_count, "row", "rows").c_str(), to_hex(bytes_of(seal.digest)).c_str());
  }
  if (sealed.rows_dropped > 0) std::printf("gh_audit: %lld\n", static_cast<long long>(sealed.rows_dropped));
  if (sealed.rows_blanked > 0) {
    std::printf("addresses of gh_audit: %lld\n", static_cast<long long>(sealed.rows_blanked));
  }
  for (const audit::Hour hour : sealed.untouched) {
    std::printf("%s: not as it was sealed, so its addresses stay; see `gatehouse audit verify`\n",
                audit::name_of_hour(hour).c_str());
  }
  if (!sealed.is_finished) std::puts("the time is used up; what is left is sealed, or dropped, the next time");
  return sealed.is_finished;
}

int audit_seal(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--seconds"});
  seal_audit_trail(budget_of(given));
  return 0;
}

int audit_verify(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--public-key", "--known"});
  const auto known = known_digest(given);
  const Worker by(kReader);
  const auto keys = verifying_keys(given, by.process.settings);
  std::int64_t complaints = 0;
  const audit::Verdict verdict =
      audit::verify(by.occasion, keys, known, [&](audit::Hour hour, const std::string& what) {
        std::printf("%s: %s\n", audit::name_of_hour(hour).c_str(), what.c_str());
        ++complaints;
      });
  if (!verdict.last) throw CommandError("nothing is sealed");
  print(verdict);
  const audit::Hour due = audit::newest_closed(by.occasion.now);
  if (verdict.last->hour + 2 < due) {
    std::printf("nothing was sealed since; `gatehouse audit seal` should run every hour\n");
  }
  if (known && !verdict.has_known) throw CommandError("the seal that is known from elsewhere is not there");
  if (complaints > 0) throw CommandError("the audit trail is not as it was sealed: see above");
  return 0;
}

int audit_export(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--since", "--until", "--event", "--user"});
  const audit::Filter filter = filter_of(given);
  const Worker by(kReader);
  audit::for_each(by.occasion, filter,
                  [](const audit::Entry& entry) { std::fputs(audit::json_line(entry).c_str(), stdout); });
  if (std::fflush(stdout) != 0) throw CommandError("the output can't be written");
  return 0;
}

int audit_key(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--make"});
  const config::Loaded loaded = load_config();
  if (given.option("--make")) audit::make_seal_key(loaded.settings);
  std::puts(audit::public_key_set(own_key(loaded.settings)).c_str());
  return 0;
}

}  // namespace gatehouse::tool
