// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/secret.h"

namespace gatehouse::keys {

// What a line of MASTER_KEY_FILE says of its key: `KEY` seals; beside it one may stand that only opens, `next KEY`
// before its time or `old KEY` until nothing is sealed under it.
enum class MasterUse { seals, next, old };

struct MasterKey {
  MasterUse use;
  Secret key;
  std::string id;  // raw; base64url on the screen
};
MasterKey master_key(MasterUse use, Secret key);

// Throws Misconfigured where the file can't be read or is none; exactly one of them seals.
std::vector<MasterKey> read_master_keys(const std::string& file);
// Whole or not at all, with the mode and the owners that it has.
void write_master_keys(const std::string& file, const std::vector<MasterKey>& keys);

// The file as this process knows it. A change is met without a restart: whoever seals looks again once a second, and a
// box that does not open is looked at again at once.
class MasterKeys {
 public:
  MasterKeys() = default;
  explicit MasterKeys(std::string file);

  // True: it was changed. One that can't be read any more changes nothing here; a start would say so.
  bool look_again();
  const std::string& sealing_id() const { return keys_.at(0).id; }

  std::string seal(std::string_view context, std::string_view plain, Randomness& random) const;
  std::optional<Secret> unseal(std::string_view context, std::string_view box);

 private:
  struct Stamp {
    std::uint64_t inode;
    std::int64_t size, changed_at;
    bool operator==(const Stamp&) const = default;
  };
  static std::optional<Stamp> stamp_of(const std::string& file);
  std::optional<Secret> try_all(std::string_view context, std::string_view box) const;

  std::string file_;
  std::optional<Stamp> stamp_;
  std::vector<MasterKey> keys_;  // the one that seals comes first
};

}  // namespace gatehouse::keys
