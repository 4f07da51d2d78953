// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>

#include "auth/process.h"
#include "db/statement.h"

// The master key replaced by another while everything goes on: what stands sealed in the database is sealed anew.
namespace gatehouse::master {

// Where sealed values stand. The next one is a line in master.cpp, its two statements, and its grants to nobody: the
// operator's account does this.
struct SealedColumn {
  const char* table;
  const char* column;
  const db::Statement& page;     // (id of the new key, last row's key) -> key, box or NULL, what its context needs
  const db::Statement& replace;  // (new box, key, old box)
  std::string (*context)(const db::Rows& row);
};
std::span<const SealedColumn> sealed_columns();

struct Resealed {
  std::int64_t values = 0;
  std::int64_t dead = 0;  // opened by no key of the file, and left as they are
};

// One pass over all of them, in small batches; what is sealed meanwhile by a process that has not looked at the file
// yet is for the next one.
Resealed reseal(const Occasion& occasion, keys::MasterKeys& keys);

// The kid of a signing key in use that these keys don't open, or "": then the file is not this database's.
std::string foreign_key(const Occasion& occasion, keys::MasterKeys& keys);

enum class Until { added, used, resealed, dropped };

// From wherever the file stands, one step after the other, each said as it is done; may be killed at any point and run
// again. Throws Misconfigured where the file is another database's, or somebody else is at it.
void rotate(const Occasion& occasion, Until until, const std::function<void(const std::string&)>& say);

}  // namespace gatehouse::master
