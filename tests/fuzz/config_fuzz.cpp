// SPDX-License-Identifier: Apache-2.0
#include "base/config.h"
#include "base/failure.h"
#include "db/database.h"
#include "harness.h"

// "KEY=value" sets one key: either it is refused in words, or the settings are whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const std::string text(as_text(data, size));
  const auto equals = text.find('=');
  if (equals == std::string::npos) return 0;
  const auto environment = [&](const std::string& name) {
    return name == text.substr(0, equals) ? std::optional(text.substr(equals + 1)) : std::nullopt;
  };
  try {
    const config::Loaded loaded = config::load({"", environment, "/nonexistent"});
    must(!loaded.settings.issuer.empty() && loaded.settings.max_login_attempts > 0);
    db::parse_url(loaded.settings.database_url.reveal());
  } catch (const Misconfigured& refused) {
    must(refused.what()[0] != '\0');
  }
  return 0;
}
