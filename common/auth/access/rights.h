// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::access {

// What a credential was given. In the order of their table, which has a sentence about each.
enum class Scope { profile_read, profile_write, posts_read, posts_write, posts_delete, users_read, users_write, admin };

// What a person may do by role and groups.
enum class Permission {
  read_own_profile,
  update_own_profile,
  delete_own_account,
  create_post,
  read_post,
  update_own_post,
  delete_own_post,
  update_any_post,
  delete_any_post,
  read_all_users,
  update_any_user,
  delete_any_user,
  manage_roles,
  view_audit_log,
  manage_system,
};

// ASCII in the database and in tokens, since executables of different age read them.
template <class Word>
struct Named {
  Word word;
  std::string_view name;
  const char* meaning;
};
std::span<const Named<Scope>> words_of(Scope);
std::span<const Named<Permission>> words_of(Permission);

// A set of such words; as text, "profile:read posts:read" (RFC 6749 section 3.3).
template <class Word>
class WordSet {
 public:
  constexpr WordSet() = default;
  constexpr WordSet(std::initializer_list<Word> words) {
    for (const Word word : words) bits_ |= bit(word);
  }
  static WordSet all() {
    WordSet set;
    for (const auto& known : words_of(Word{})) set.bits_ |= bit(known.word);
    return set;
  }
  // Unknown names are dropped: a client may ask for what this installation does not have.
  static WordSet parse(std::string_view text) {
    WordSet set;
    while (!text.empty()) {
      const std::string_view name = text.substr(0, text.find(' '));
      for (const auto& known : words_of(Word{})) {
        if (known.name == name) set.bits_ |= bit(known.word);
      }
      text.remove_prefix(name.size() == text.size() ? name.size() : name.size() + 1);
    }
    return set;
  }

  std::string text() const {
    std::string text;
    for (const auto& known : words_of(Word{})) {
      if (!contains(known.word)) continue;
      if (!text.empty()) text += ' ';
      text += known.name;
    }
    return text;
  }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool contains(Word word) const { return (bits_ & bit(word)) != 0; }
  constexpr WordSet within(WordSet other) const { return WordSet(bits_ & other.bits_); }
  constexpr WordSet without(WordSet other) const { return WordSet(bits_ & ~other.bits_); }
  constexpr WordSet with(WordSet other) const { return WordSet(bits_ | other.bits_); }
  bool operator==(const WordSet&) const = default;

 private:
  explicit constexpr WordSet(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t bit(Word word) { return 1U << static_cast<unsigned>(word); }
  std::uint32_t bits_ = 0;
};
using ScopeWords = WordSet<Scope>;
using PermissionSet = WordSet<Permission>;

// What a credential may be used for: words of the table, and guarded sites by name ("site:wiki").
class ScopeSet {
 public:
  ScopeSet() = default;
  ScopeSet(std::initializer_list<Scope> words) : words_(words) {}
  ScopeSet(ScopeWords words) : words_(words) {}
  // Without sites, of which nobody has a list.
  static ScopeSet all() { return ScopeWords::all(); }
  static ScopeSet parse(std::string_view text);

  std::string text() const;
  bool empty() const { return words_.empty() && sites_.empty(); }
  bool contains(Scope word) const { return words_.contains(word); }
  bool opens(std::string_view site) const;
  ScopeWords words() const { return words_; }
  // Its first few sites only: what is stored has an end.
  ScopeSet with_few_sites() const;
  ScopeSet within(const ScopeSet& other) const;
  ScopeSet without(const ScopeSet& other) const;
  ScopeSet with(const ScopeSet& other) const;
  bool operator==(const ScopeSet&) const = default;

 private:
  ScopeSet(ScopeWords words, std::vector<std::string> sites) : words_(words), sites_(std::move(sites)) {}

  ScopeWords words_;
  std::vector<std::string> sites_;  // sorted, each once
};

// What a guarded site may be called: it stands in scopes, variables and URLs.
bool is_site_name(std::string_view name);

// What a role or a group gives: the permissions of its people, and the scopes that they may be granted.
struct Rights {
  PermissionSet permissions;
  ScopeSet scopes;

  Rights with(const Rights& other) const { return {permissions.with(other.permissions), scopes.with(other.scopes)}; }
  // "" or the words that `most` does not have.
  std::string beyond(const Rights& most) const;
  bool operator==(const Rights&) const = default;
};

// What a login gets: what it asked for *and* may have; asked for nothing, all it may have but sites, since whoever runs
// a site sees the token that is sent there.
ScopeSet grant(const ScopeSet& most, const std::optional<std::string>& asked);

}  // namespace gatehouse::access
