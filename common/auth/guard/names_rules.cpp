// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "auth/guard/names.h"
#include "base/text.h"

namespace gatehouse::guard {
namespace {

bool has_hidden_slash(std::string_view path) {
  for (std::size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    const std::string_view escape = path.substr(at, 3);
    if (equal_ignoring_case(escape, "%2f") || equal_ignoring_case(escape, "%5c")) return true;
  }
  return false;
}

bool is_plain(std::string_view decoded) {
  return is_utf8(decoded) && std::all_of(decoded.begin(), decoded.end(), [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '\\';
         });
}

// "/a//b/./c/../d" -> {a, b, d}; nullopt above the root.
std::optional<Segments> walk(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (segment == "..") {
      if (segments.empty()) return std::nullopt;
      segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.emplace_back(segment);
    }
  }
  return segments;
}

std::optional<std::string> decode(std::string_view path) {
  if (has_hidden_slash(path)) return std::nullopt;
  auto decoded = percent_decode(path, false);
  return decoded && is_plain(*decoded) ? decoded : std::nullopt;
}

// As a program would that lets a bad escape stand: a name may have a plain '%'.
std::string decode_again(std::string_view path) {
  std::string decoded;
  while (!path.empty()) {
    const auto byte = path.front() == '%' ? percent_decode(path.substr(0, 3), false) : std::nullopt;
    decoded += byte && byte->size() == 1 ? *byte : std::string(1, path.front());
    path.remove_prefix(byte && byte->size() == 1 ? 3 : 1);
  }
  return decoded;
}

std::string without_parameters(std::string_view path) {
  std::string plain;
  bool in_parameter = false;
  for (const char c : path) {
    if (c == ';') in_parameter = true;
    if (c == '/') in_parameter = false;
    if (!in_parameter) plain += c;
  }
  return plain;
}

// Each reading of one raw path that some program further in might have; false: one of them must not be.
bool add_readings(std::string_view raw, std::vector<Segments>& names) {
  if (!raw.starts_with('/')) return false;
  const auto decoded = decode(raw);
  if (!decoded) return false;
  const std::string again = decode_again(*decoded);
  if (has_hidden_slash(*decoded) || !is_plain(again)) return false;
  const std::string readings[] = {*decoded, decoded->substr(0, decoded->find_first_of("?#")),
                                  without_parameters(*decoded), again};
  for (const std::string& reading : readings) {
    auto segments = walk(reading);
    if (!segments) return false;
    if (std::find(names.begin(), names.end(), *segments) == names.end()) names.push_back(std::move(*segments));
  }
  return true;
}

}  // namespace

std::optional<Segments> segments_of(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  const auto decoded = decode(path);
  return decoded ? walk(*decoded) : std::nullopt;
}

std::optional<std::vector<Segments>> names_of(const Asked& asked) {
  std::vector<Segments> names;
  if (!add_readings(asked.path, names)) return std::nullopt;
  if (!asked.rewritten.empty() && !add_readings(asked.rewritten, names)) return std::nullopt;
  std::string_view root = asked.document_root;
  while (root.ends_with('/')) root.remove_suffix(1);
  const bool is_below = !root.empty() && asked.file.size() > root.size() && asked.file.starts_with(root) &&
                        asked.file[root.size()] == '/';
  if (is_below) {
    auto file = walk(asked.file.substr(root.size()));
    if (!file) return std::nullopt;
    if (std::find(names.begin(), names.end(), *file) == names.end()) names.push_back(std::move(*file));
  }
  return names;
}

}  // namespace gatehouse::guard
