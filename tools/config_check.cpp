// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "auth/outbox/shelf.h"
#include "command.h"

namespace gatehouse::tool {

int config_check(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  const config::Loaded loaded = load_config(given.words().empty() ? std::nullopt : std::optional(given.words()[0]));
  for (const std::string& unknown : loaded.warnings) std::fprintf(stderr, "%s\n", unknown.c_str());
  if (!loaded.warnings.empty()) return 1;
  // It reads the keys a second later than they are made, and clocks differ.
  const auto least = keys::kKeySetMaxAge + minutes(1);
  if (loaded.settings.key_publish_period < least) {
    std::fprintf(
        stderr,
        "KEY_PUBLISH_MINUTES is %lld: programs that verify tokens with our key set may keep it for %lld minutes,"
        " and will refuse good tokens after a rotation; %lld or more is safe\n",
        static_cast<long long>(loaded.settings.key_publish_period.count()),
        static_cast<long long>(keys::kKeySetMaxAge.count()), static_cast<long long>(least.count()));
  }
  if (loaded.settings.registration_hides_email && !loaded.settings.require_verified_email) {
    std::fputs(
        "REGISTRATION_HIDES_EMAIL hides little: who has registered and can log in at once knows that the address was "
        "free; REGISTRATION = verified closes that\n",
        stderr);
  }
  const bool has_database = !loaded.settings.database_url.empty();
  if (has_database) static_cast<void>(db::target_for(loaded.settings, "nobody"));  // throws what this build can't do
  const bool is_one_for_all = has_database && !db::parse_url(loaded.settings.database_url.reveal()).account.empty();
  if (loaded.settings.sweep_by_requests && has_database && !is_one_for_all) {
    throw CommandError(
        "SWEEP is requests: that needs one account for all in DATABASE_URL, since an account of an executable's own "
        "may delete nothing");
  }
  const auto complaints = outbox::judge_templates(loaded.settings);
  for (const std::string& complaint : complaints) std::fprintf(stderr, "%s\n", complaint.c_str());
  if (!complaints.empty()) return 1;
  std::puts("the configuration is good");
  return 0;
}

}  // namespace gatehouse::tool
