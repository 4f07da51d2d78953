// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "auth/passwords/passwords.h"
#include "auth/process.h"

// Moving users in and out, hashes and all; the operator's.
namespace gatehouse::transfer {

enum class Mode { import, rehearse };  // rehearse: says what would happen, writes nothing

struct Import {
  Mode mode = Mode::import;
  std::string email_domain{};   // a line without an email gets NAME@email_domain, unverified; empty: is refused
  bool super_admins = false;    // may be among them
  bool reserved_names = false;  // "admin", "support" … too
  passwords::Wrapping wrapping = passwords::Wrapping::quick;
};

struct Totals {
  std::int64_t imported = 0;
  std::int64_t already_there = 0;  // by user name and email: from an earlier run of the same file
  std::int64_t refused = 0;
};

// Who watches. `refused` is told the number of each line that was not imported and why, without its values; `progress`
// after each batch how many lines and bytes were read.
struct Watcher {
  std::function<void(std::int64_t line, std::string_view why)> refused;
  std::function<void(std::int64_t lines, std::int64_t bytes)> progress;
};

// Reads users line by line. Each is stored whole (user, hash, audit record) or not at all; a unit holds a few hundred.
// Killed at any point and run again, it goes on where it was.
Totals import_users(Process& process, std::istream& in, const Import& import, const Watcher& watcher);

enum class Hashes { left_out, included };

// Every user as a line of JSON that import_users() reads, in the order of their ids, a page at a time. Hashes that
// leave are on record before the first one does.
void export_users(const Occasion& occasion, Hashes hashes, const std::function<void(std::string_view line)>& put);

}  // namespace gatehouse::transfer
