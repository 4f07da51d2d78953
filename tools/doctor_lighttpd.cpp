// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <memory>

#include "base/text.h"
#include "descriptions.h"
#include "doctor.h"

namespace gatehouse::tool::doctor {
namespace {

// ---- what `lighttpd -p` prints: a tree of conditions, each with its settings ----

struct Value {
  std::string text{};  // of a string, a number or a word
  bool is_list = false;
  std::vector<std::pair<std::string, Value>> items{};  // of a list; a key may be empty

  const Value* find(std::string_view key) const {
    for (const auto& [name, value] : items) {
      if (name == key) return &value;
    }
    return nullptr;
  }
  std::string_view text_of(std::string_view key) const {
    const Value* value = find(key);
    return value ? std::string_view(value->text) : "";
  }
};

class ValueReader {
 public:
  explicit ValueReader(std::string_view text) : rest_(text) {}

  // nullopt: the text ends before the value does.
  std::optional<Value> read() {
    skip_blanks();
    if (rest_.empty()) return std::nullopt;
    Value value;
    if (rest_.front() == '"') {
      auto text = read_string();
      if (!text) return std::nullopt;
      value.text = std::move(*text);
      return value;
    }
    if (rest_.front() != '(') {
      const std::size_t end = std::min(rest_.find_first_of(" ,)\t\n"), rest_.size());
      value.text = rest_.substr(0, end);
      rest_.remove_prefix(end);
      return value;
    }
    value.is_list = true;
    rest_.remove_prefix(1);
    while (!take(')')) {
      auto item = read();
      if (!item) return std::nullopt;
      std::string key;
      if (take('=')) {
        if (!take('>')) return std::nullopt;
        key = std::move(item->text);
        item = read();
        if (!item) return std::nullopt;
      }
      value.items.emplace_back(std::move(key), std::move(*item));
      take(',');
    }
    return value;
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n"), rest_.size())); }
  bool take(char c) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<std::string> read_string() {
    std::string text;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return text;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      text += rest_[i];
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

struct Block {
  const Block* parent = nullptr;
  std::string condition{};  // `$HTTP["host"] == "a.example"`; "" for the outermost; "else" alone has none of its own
  int chain = 0;            // of a condition and its elses
  std::map<std::string, Value> settings{};

  // As it is here or around here.
  const Value* find(const std::string& name) const {
    for (const Block* block = this; block; block = block->parent) {
      if (const auto found = block->settings.find(name); found != block->settings.end()) return &found->second;
    }
    return nullptr;
  }
  std::string name() const { return condition.empty() ? "the configuration" : condition; }
};

using Tree = std::vector<std::unique_ptr<Block>>;  // in the order of the file, which is that of precedence

Tree read_tree(std::string_view printed) {
  Tree tree;
  std::vector<Block*> open;
  std::string name;
  std::string pending;  // a value that goes on
  int chains = 0;
  while (!printed.empty()) {
    const std::size_t end = std::min(printed.find('\n'), printed.size());
    const std::string_view line = trim(printed.substr(0, end));
    printed.remove_prefix(std::min(end + 1, printed.size()));
    if (name.empty()) {
      if (line.empty() || line.front() == '#') continue;
      if (line.front() == '}') {
        if (!open.empty()) open.pop_back();
        continue;
      }
      if (line.ends_with('{')) {
        auto block = std::make_unique<Block>();
        const bool is_else = line.starts_with("else");
        block->parent = open.empty() ? nullptr : open.back();
        block->chain = ++chains;
        for (const auto& before : tree) {  // of the nearest sibling, in the end
          if (is_else && before->parent == block->parent) block->chain = before->chain;
        }
        if (block->parent) block->condition = trim(line.substr(0, line.size() - 1));
        open.push_back(block.get());
        tree.push_back(std::move(block));
        continue;
      }
      const std::size_t equals = line.find('=');
      if (equals == std::string_view::npos || open.empty()) continue;
      name = trim(line.substr(0, equals));
      pending = line.substr(equals + 1);
    } else {
      pending += "\n" + std::string(line);
    }
    if (auto value = ValueReader(pending).read()) {
      open.back()->settings[name] = std::move(*value);
      name.clear();
    }
  }
  return tree;
}

// ---- what follows from it ----

std::vector<const Block*> path_of(const Block* block) {
  std::vector<const Block*> path;
  for (; block; block = block->parent) path.push_back(block);
  return path;
}

struct Comparison {
  std::string_view subject{};  // `$HTTP["host"]`; "" where the condition is another kind
  bool is_equal = false;
  std::string_view value{};
};

Comparison comparison_of(std::string_view condition) {
  if (condition.starts_with("else ")) condition.remove_prefix(5);
  for (const std::string_view sign : {" == ", " != "}) {
    const std::size_t at = condition.find(sign);
    if (at != std::string_view::npos) return {condition.substr(0, at), sign == " == ", condition.substr(at + 4)};
  }
  return {};
}

// Whether no request can be in both.
bool exclude_each_other(const Block& one, const Block& other) {
  for (const Block* a : path_of(&one)) {
    for (const Block* b : path_of(&other)) {
      if (a == b || a->condition.empty() || b->condition.empty()) continue;
      if (a->parent == b->parent && a->chain == b->chain) return true;
      const Comparison left = comparison_of(a->condition);
      const Comparison right = comparison_of(b->condition);
      if (left.subject.empty() || left.subject != right.subject) continue;
      if (left.is_equal && right.is_equal && left.value != right.value) return true;
      if (left.is_equal != right.is_equal && left.value == right.value) return true;
    }
  }
  return false;
}

std::vector<const Value*> backends_of(const Block& block) {
  std::vector<const Value*> all;
  const auto found = block.settings.find("fastcgi.server");
  if (found == block.settings.end()) return all;
  for (const auto& [extension, entries] : found->second.items) {
    for (const auto& [label, entry] : entries.items) all.push_back(&entry);
  }
  return all;
}

bool is_guard(const Value& backend) { return backend.text_of("mode") == "authorizer"; }

const Value* guard_of(const Block& block) {
  for (const Value* backend : backends_of(block)) {
    if (is_guard(*backend)) return backend;
  }
  return nullptr;
}

std::string address_of(const Value& backend) {
  if (const Value* socket = backend.find("socket")) return socket->text;
  return std::string(backend.text_of("host")) + ":" + std::string(backend.text_of("port"));
}

// The guard's own return address, which answers for itself, stands beside the guard.
bool is_return_address(const Block& block) {
  const auto backends = backends_of(block);
  return !backends.empty() && std::all_of(backends.begin(), backends.end(), [](const Value* backend) {
    return address_of(*backend).ends_with("/guard_return.sock");
  });
}

std::size_t place_of(const Value* modules, std::string_view name) {
  if (!modules) return std::string::npos;
  for (std::size_t i = 0; i < modules->items.size(); ++i) {
    if (modules->items[i].second.text == name) return i;
  }
  return std::string::npos;
}

void examine_guard(const Block& block, const Value& guard, Report& report) {
  const std::string where = "lighttpd: the guard " + address_of(guard) + " in " + block.name();
  report.expect(!guard.find("docroot"), Severity::error, where + " has a docroot: another host's files can be served",
                "take \"docroot\" out of the authorizer's entry");
  report.expect(guard.text_of("check-local") == "disable", Severity::error,
                where + " is not asked about what is no file, such as a path that is proxied",
                "\"check-local\" => \"disable\" in the authorizer's entry");
  report.expect(guard.find("read-timeout") != nullptr, Severity::error,
                where + " has no read-timeout: when it hangs, every visitor waits for ever",
                "\"read-timeout\" => 30 in the authorizer's entry");
  const Value* check = block.find("magnet.attract-response-start-to");
  report.expect(check && (!check->items.empty() || !check->text.empty()), Severity::error,
                where + " has no check of its answers: one that is cut short opens the site",
                "magnet.attract-response-start-to = (\".../guard.lua\") beside it");
}

}  // namespace

std::optional<Version> lighttpd_version(std::string_view printed) {
  constexpr std::string_view kName = "lighttpd/";
  const std::size_t at = printed.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  printed.remove_prefix(at + kName.size());
  int numbers[3] = {};
  for (int& number : numbers) {
    const std::size_t end = std::min(printed.find_first_not_of("0123456789"), printed.size());
    const auto value = parse_integer(printed.substr(0, end));
    if (!value) return std::nullopt;
    number = static_cast<int>(*value);
    printed.remove_prefix(std::min(end + 1, printed.size()));
  }
  return Version{numbers[0], numbers[1], numbers[2]};
}

void read_lighttpd(std::string_view printed, std::optional<Version> version, Report& report) {
  const Tree tree = read_tree(printed);
  if (!report.expect(!tree.empty(), Severity::error, "lighttpd: its configuration could not be read",
                     "see what lighttpd -p -f FILE says")) {
    return;
  }
  const Block& root = *tree.front();
  const Value* modules = root.find("server.modules");

  std::set<std::string> without_timeout;
  bool is_guarded = false;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const Block& block = *tree[i];
    for (const Value* entry : backends_of(block)) {
      if (!is_guard(*entry) && !entry->find("read-timeout")) without_timeout.insert(address_of(*entry));
    }
    const Value* guard = guard_of(block);
    if (!guard) continue;
    is_guarded = true;
    if (block.parent && guard_of(*block.parent)) continue;  // the outer one again, by `+=`
    examine_guard(block, *guard, report);
    for (std::size_t later = i + 1; later < tree.size(); ++later) {
      const Block& other = *tree[later];
      if (!other.settings.contains("fastcgi.server") || guard_of(other) || is_return_address(other)) continue;
      if (exclude_each_other(block, other)) continue;
      report.error("lighttpd: \"fastcgi.server =\" in " + other.name() + " takes away the guard of " + block.name(),
                   "write \"fastcgi.server +=\" there");
    }
  }
  for (const std::string& address : without_timeout) {
    report.warn("lighttpd: " + address + " has no read-timeout: a process that hangs is waited for, for ever",
                "\"read-timeout\" => 30 in its entry");
  }
  if (without_timeout.empty()) report.good();

  const Value* streaming = root.find("server.stream-request-body");
  report.expect(!streaming || streaming->text == "0", Severity::warning,
                "lighttpd: server.stream-request-body is on: a slow client holds a worker",
                "server.stream-request-body = 0");
  if (!is_guarded) return;

  const std::size_t proxy = place_of(modules, "mod_proxy");
  report.expect(proxy == std::string::npos || proxy > place_of(modules, "mod_fastcgi"), Severity::error,
                "lighttpd: mod_proxy stands before mod_fastcgi: what is proxied is served though the guard says no",
                "put \"mod_fastcgi\" before \"mod_proxy\" in server.modules");
  report.expect(place_of(modules, "mod_magnet") != std::string::npos, Severity::error,
                "lighttpd: mod_magnet is not loaded: nobody checks the guard's answers",
                "add \"mod_magnet\" to server.modules (package lighttpd-modules-lua)");
  const Value* flags = root.find("server.feature-flags");
  const bool is_http2 = !flags || flags->text_of("server.h2proto") != "disable";
  constexpr Version kMended{1, 4, 77};
  report.expect(!is_http2 || (version && *version >= kMended), Severity::error,
                "lighttpd: before 1.4.77, requests hang with HTTP/2, a body and a guard",
                "server.feature-flags += (\"server.h2proto\" => \"disable\"), or a newer lighttpd");
}

void examine_lighttpd(const std::string& file, Report& report) {
  std::string program = "/usr/sbin/lighttpd";
  const auto version = lighttpd_version(output_of({program, "-v"}));
  report.expect(version.has_value(), Severity::warning, "lighttpd: " + program + " does not say its version",
                "install lighttpd");
  std::string printed;
  try {
    printed = output_of({program, "-p", "-f", file});
  } catch (const CommandError&) {
    report.error("lighttpd: " + file + " is not a configuration that it takes", "see what lighttpd -tt -f FILE says");
    return;
  }
  read_lighttpd(printed, version, report);
}

}  // namespace gatehouse::tool::doctor
