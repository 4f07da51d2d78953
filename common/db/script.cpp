// SPDX-License-Identifier: Apache-2.0
#include "db/script.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/text.h"

namespace gatehouse::db {
namespace {

// Whatever could be read in two ways is written as bytes.
bool is_plain(char c) { return is_alnum(c) || std::string_view(" _-.:@/$,=+").find(c) != std::string_view::npos; }

std::string literal(const Param& param) {
  if (param.is_null()) return "NULL";
  if (param.is_integer()) return std::to_string(param.integer());
  const std::string_view text = param.text();
  if (std::all_of(text.begin(), text.end(), is_plain)) return "'" + std::string(text) + "'";
  return "X'" + to_hex(text) + "'";
}

}  // namespace

void Script::run(std::string_view sql) {
  text_ += trim(sql);
  text_ += ";\n";
}

void Script::add(const Statement& statement, Params params) {
  std::string sql;
  const auto* param = params.begin();
  for (const char c : std::string_view(statement.sql())) {
    if (c != '?') {
      sql += c;
    } else {
      if (param == params.end()) bug(std::string(statement.name()) + " has more places than parameters");
      sql += literal(*param++);
    }
  }
  run(sql);
}

}  // namespace gatehouse::db
