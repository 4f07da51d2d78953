// SPDX-License-Identifier: Apache-2.0
#include "auth/transfer/transfer_rules.h"

#include <algorithm>
#include <chrono>

#include "auth/users/users.h"
#include "auth/users/users_rules.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace gatehouse::transfer {
namespace {

constexpr std::string_view kFields[] = {"username",  "email",       "full_name",  "role",
                                        "is_active", "is_verified", "created_at", "hash"};

// All that is wrong with one line.
class Complaints {
 public:
  void add(std::string_view field, std::string_view why) {
    if (!text_.empty()) text_ += "; ";
    text_.append(field).append(" ").append(why);
  }
  bool empty() const { return text_.empty(); }
  Refusal refusal() const { return {Reason::invalid, text_}; }

 private:
  std::string text_;
};

void judge(Complaints& wrong, const char* field, std::string_view text, const TextRule& rule) {
  const std::size_t length = is_utf8(text) ? count_code_points(text) : 0;
  if (length < rule.least || length > rule.most || !is_utf8(text)) {
    wrong.add(field, "must have " + std::to_string(rule.least) + " to " + std::to_string(rule.most) + " characters");
    return;
  }
  if (const auto why = rule.check ? rule.check(text) : std::string_view(); !why.empty()) wrong.add(field, why);
}

// A member that may be left out or null; of another kind it is a complaint.
const json::Value* member(Complaints& wrong, const json::Value& object, std::string_view name, json::Kind kind) {
  const json::Value* value = object.find(name);
  if (!value || value->is(json::Kind::null) || value->is(kind)) return value && value->is(kind) ? value : nullptr;
  wrong.add(name, kind == json::Kind::string ? "must be a string" : "must be true or false");
  return nullptr;
}

std::optional<std::string> text_of(Complaints& wrong, const json::Value& object, std::string_view name) {
  const json::Value* value = member(wrong, object, name, json::Kind::string);
  return value ? std::optional(value->text) : std::nullopt;
}

bool truth_of(Complaints& wrong, const json::Value& object, std::string_view name, bool fallback) {
  const json::Value* value = member(wrong, object, name, json::Kind::boolean);
  return value ? value->truth : fallback;
}

// As registration makes them, but always the same ones: a second run must find what the first one made.
std::vector<std::string> usernames_from_email(std::string_view email) {
  std::vector<std::string> names;
  if (std::string plain = users::username_from_email(email, ""); users::is_usable_username(plain)) {
    names.push_back(std::move(plain));
  }
  const auto digest = crypto::labelled_sha256("imported name", users::canonical_email(email));
  names.push_back(users::username_from_email(email, "-" + to_hex(bytes_of(digest).substr(0, 3))));
  return names;
}

void read_role(Complaints& wrong, Incoming& user, const std::optional<std::string>& name, const Import& import) {
  user.role = name.value_or(access::kUser);
  if (user.role == access::kSuperAdmin && !import.super_admins) {
    wrong.add("role", "super_admin needs --super-admins yes");
  }
}

void read_created_at(Complaints& wrong, Incoming& user, const std::optional<std::string>& text, Time now) {
  if (!text) return;
  user.created_at = from_rfc3339(*text);
  if (!user.created_at) wrong.add("created_at", "must be a time such as 2026-01-31T09:05:00Z");
  if (user.created_at && *user.created_at > now) wrong.add("created_at", "is in the future");
}

// What JSON and .htpasswd have in common: name and address.
void read_identity(Complaints& wrong, Incoming& user, const std::optional<std::string>& username,
                   const std::optional<std::string>& email, const Import& import) {
  if (username) {
    judge(wrong, "username", *username, users::kUsername);
    if (!import.reserved_names && users::is_reserved(users::canonical_username(*username))) {
      wrong.add("username", "is reserved; --reserved-names yes takes it");
    }
  }
  if (!email && (!username || import.email_domain.empty())) {
    wrong.add("email", username ? "is missing; --email-domain can make one" : "is missing");
    return;
  }
  user.email = email ? *email : *username + "@" + import.email_domain;
  // Nobody has ever answered from an address that was made up here.
  if (!email) user.is_verified = false;
  judge(wrong, "email", user.email, users::kEmail);
  user.usernames = username ? std::vector{*username} : usernames_from_email(user.email);
}

Result<Incoming> read_json(std::string_view line, const Import& import, Time now) {
  const json::Parsed parsed = json::parse(line);
  if (!parsed.value) return Refusal{Reason::malformed, parsed.error};
  const json::Value& object = *parsed.value;
  Complaints wrong;
  // A mistyped is_active would let in somebody who was shut out.
  for (const json::Member& m : object.members) {
    if (std::find(std::begin(kFields), std::end(kFields), m.name) == std::end(kFields)) {
      wrong.add("a field", "is none of username, email, full_name, role, is_active, is_verified, created_at, hash");
      break;
    }
  }
  Incoming user;
  user.is_active = truth_of(wrong, object, "is_active", true);
  user.is_verified = truth_of(wrong, object, "is_verified", false);
  const auto username = text_of(wrong, object, "username");
  const auto email = text_of(wrong, object, "email");
  if (wrong.empty()) read_identity(wrong, user, username, email, import);
  if (auto name = text_of(wrong, object, "full_name"); name && !name->empty()) {
    judge(wrong, "full_name", *name, users::kFullName);
    user.full_name = std::move(name);
  }
  read_role(wrong, user, text_of(wrong, object, "role"), import);
  read_created_at(wrong, user, text_of(wrong, object, "created_at"), now);
  if (!object.find("hash")) wrong.add("hash", "is missing; null says that there is no password");
  user.hash = text_of(wrong, object, "hash");
  if (!wrong.empty()) return wrong.refusal();
  return user;
}

Result<Incoming> read_htpasswd(std::string_view line, const Import& import) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return Refusal{Reason::malformed, "is neither a JSON object nor NAME:HASH"};
  Complaints wrong;
  Incoming user;
  read_identity(wrong, user, std::string(line.substr(0, colon)), std::nullopt, import);
  user.hash = trim(line.substr(colon + 1));
  if (!wrong.empty()) return wrong.refusal();
  return user;
}

// Exactly `count` digits.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  const std::string_view digits = text.substr(0, count);
  if (digits.size() < count || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  text.remove_prefix(count);
  return static_cast<int>(*parse_integer(digits));
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// "Z", "+01:00", "-08:00"
std::optional<minutes> take_offset(std::string_view& text) {
  if (take(text, 'Z')) return minutes(0);
  const int sign = text.starts_with('-') ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return minutes(sign * (*hour * 60 + *minute));
}

}  // namespace

bool is_blank(std::string_view line) {
  const std::string_view text = trim(line);
  return text.empty() || text.starts_with('#');
}

Result<Incoming> read_line(std::string_view line, const Import& import, Time now) {
  // A user name never begins with a brace.
  return trim(line).starts_with('{') ? read_json(line, import, now) : read_htpasswd(line, import);
}

std::optional<Time> from_rfc3339(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !take(text, 'T')) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || !date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  milliseconds fraction{0};
  if (take(text, '.')) {
    milliseconds place{100};
    if (text.empty() || !is_digit(text[0])) return std::nullopt;
    for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1), place /= 10) fraction += place * (text[0] - '0');
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return Time(std::chrono::sys_days(date)) + hours(*hour) + minutes(*minute) + seconds(*second) + fraction - *offset;
}

}  // namespace gatehouse::transfer
