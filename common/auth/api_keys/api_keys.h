// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/principal/principal.h"
#include "base/result.h"
#include "base/text_rule.h"
#include "json/shape.h"

namespace gatehouse::api_keys {

// What a new key is asked to be. Without a name it takes the place of the nameless one, which dies.
struct Wanted {
  std::optional<std::string> name;
  std::optional<std::string> scopes;  // apart by blanks; left out: all that the caller's own credential has
  std::optional<std::int64_t> expires_in_days;
  std::int64_t requests_per_minute = 60;
};
extern const TextRule kName;

struct NewKey {
  Secret api_key;
  std::string message;
  KeyId id;
  std::string prefix;
  std::vector<std::string> scopes;
  std::optional<Time> expires_at;
};

inline constexpr json::ShapeOf<NewKey> kNewKey{
    "NewApiKey",
    json::field<&NewKey::api_key>("api_key"),
    json::field<&NewKey::message>("message"),
    json::field<&NewKey::id>("id"),
    json::field<&NewKey::prefix>("prefix"),
    json::field<&NewKey::scopes>("scopes"),
    json::field<&NewKey::expires_at>("expires_at"),
};

// The only time that the key is seen: what stays is its hash. A key's scopes are within the caller's own.
Result<NewKey> generate(const Occasion& occasion, const Principal& principal, const Wanted& wanted);

struct View {
  KeyId id;
  std::optional<std::string> name;
  std::string prefix;
  std::vector<std::string> scopes;
  std::int64_t requests_per_minute = 0;
  Time created_at;
  std::optional<Time> expires_at;
  std::optional<Time> last_used_at;
};

inline constexpr json::ShapeOf<View> kKey{
    "ApiKey",
    json::field<&View::id>("id"),
    json::field<&View::name>("name"),
    json::field<&View::prefix>("prefix"),
    json::field<&View::scopes>("scopes"),
    json::field<&View::requests_per_minute>("requests_per_minute"),
    json::field<&View::created_at>("created_at"),
    json::field<&View::expires_at>("expires_at"),
    json::field<&View::last_used_at>("last_used_at"),
};

// One's own that are not revoked, newest first.
std::vector<View> list(const Occasion& occasion, const Principal& principal);

// What somebody who has just changed their password should know of: keys go on unless they are ended.
struct Kept {
  KeyId id;
  std::optional<std::string> name;
  std::string prefix;
  std::optional<Time> last_used_at;
};

inline constexpr json::ShapeOf<Kept> kKept{
    "KeptApiKey",
    json::field<&Kept::id>("id"),
    json::field<&Kept::name>("name"),
    json::field<&Kept::prefix>("prefix"),
    json::field<&Kept::last_used_at>("last_used_at"),
};
std::vector<Kept> kept(db::Work& work, const Occasion& occasion, UserId user);

// One's own; 404 for anybody else's, and for none.
Result<Done> revoke(const Occasion& occasion, const Principal& principal, const KeyId& key);
Result<Done> revoke_nameless(const Occasion& occasion, const Principal& principal);

// Inside a unit that has its own reason and its own audit record.
void end_all(db::Work& work, const Occasion& occasion, UserId user);

// The checksum, then one query: the key lives, its owner is there and active.
Result<Principal> authenticate(const Occasion& occasion, std::string_view key);

// Notes that the key is in use; writes at most once a minute.
void touch(const Occasion& occasion, const Principal::ApiKey& key);

}  // namespace gatehouse::api_keys
