// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "auth/passwords/breaches.h"
#include "base/failure.h"
#include "base/text.h"
#include "command.h"

namespace gatehouse::tool {
namespace {

constexpr std::size_t kHexDigits = 40;

struct Line {
  crypto::Sha1Digest hash;
  long long count = 0;  // how often it was found, where the line says so
};

// "5BAA61E4…" or "5BAA61E4…:10434004".
std::optional<Line> read_line(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  Line line;
  const auto bytes = from_hex(to_lower(text.substr(0, kHexDigits)));
  if (!bytes || bytes->size() != line.hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), line.hash.begin());
  if (text.size() == kHexDigits) return line;
  const auto count = text[kHexDigits] == ':' ? parse_integer(text.substr(kHexDigits + 1)) : std::nullopt;
  if (!count) return std::nullopt;
  line.count = *count;
  return line;
}

}  // namespace

int breach_build(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--least"});
  if (given.words().size() != 2) throw CommandError("name the file of hashes (- for standard input), and the list");
  const std::string& source = given.words()[0];
  const std::string& target = given.words()[1];
  const auto least = parse_integer(given.option("--least", "1"));
  if (!least || *least < 1) throw CommandError("--least must be a whole number from 1 on");
  std::ifstream file;
  if (source != "-") file.open(source);
  if (!file) throw CommandError(source + ": can't be read");
  std::istream& in = source == "-" ? std::cin : file;

  // Beside it and renamed: those who have the old one mapped keep it whole.
  const std::string draft = target + ".new";
  std::uint64_t count = 0;
  try {
    passwords::BreachWriter writer(draft);
    long long number = 0;
    for (std::string text; std::getline(in, text);) {
      const std::string where = source + ":" + std::to_string(++number) + ": ";
      const auto line = read_line(text);
      if (!line) throw CommandError(where + "is no SHA-1 in 40 hexadecimal digits, with or without `:count`");
      if (*least > 1 && line->count == 0) throw CommandError(where + "says no count, which --least needs");
      if (line->count != 0 && line->count < *least) continue;
      if (!writer.add(line->hash)) {
        throw CommandError(where + "comes before the line above it: the hashes must be in ascending order");
      }
    }
    if (in.bad()) throw CommandError(source + ": can't be read to its end");
    count = writer.finish();
  } catch (...) {
    std::filesystem::remove(draft);
    throw;
  }
  // For every handler to read: it tells nothing that was not published.
  ::chmod(draft.c_str(), 0644);
  std::filesystem::rename(draft, target);
  std::printf("%llu hashes, %.1f MB\n", static_cast<unsigned long long>(count),
              static_cast<double>(std::filesystem::file_size(target)) / 1e6);
  return 0;
}

int breach_check(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  if (given.words().size() > 1) throw CommandError("name one list, or none for BREACH_LIST");
  const std::string list = given.words().empty() ? load_config().settings.breach_list : given.words()[0];
  if (list.empty()) throw CommandError("there is no BREACH_LIST");
  std::string typed = read_standard_input();
  if (typed.ends_with('\n')) typed.pop_back();
  passwords::Breaches breaches(list);
  const bool is_known = breaches.contain(Secret(typed));
  std::puts(is_known ? "known" : "not known");
  return is_known ? 1 : 0;
}

}  // namespace gatehouse::tool
