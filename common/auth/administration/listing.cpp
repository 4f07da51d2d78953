// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/listing.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "auth/administration/listing_sql.h"
#include "auth/census/census.h"
#include "base/text.h"

namespace gatehouse::administration {
namespace {

constexpr std::int64_t kMostLookedAt = 10'000;

// Keys are printable ASCII (users_rules.h), so of all keys that begin with a text these two are the bounds.
std::string last_with(const std::string& beginning) { return beginning + '\x7f'; }
std::string first_behind(const std::string& key) { return key + '\x01'; }

enum class Part : char { ids = 'i', names = 'n', emails = 'e' };

// Where a page ends: the last one who was given, or looked at.
struct Place {
  Part part = Part::ids;
  std::int64_t id = 0;
  std::string key{};  // of a search
};

// "n12 ann". Opaque to clients, and nothing is decided by it but where to go on.
std::string cursor_of(const Place& place) {
  return to_base64url(static_cast<char>(place.part) + std::to_string(place.id) + " " + place.key);
}

std::optional<Place> parse_cursor(std::string_view cursor) {
  const auto text = from_base64url(cursor);
  const std::size_t blank = text ? text->find(' ') : std::string::npos;
  if (blank == std::string::npos || blank == 0) return std::nullopt;
  const auto part = static_cast<Part>(text->front());
  const auto id = parse_integer(text->substr(1, blank - 1));
  const bool is_known = part == Part::ids || part == Part::names || part == Part::emails;
  if (!is_known || !id || *id < 0 || !is_utf8(*text)) return std::nullopt;
  return Place{part, *id, text->substr(blank + 1)};
}

std::string_view check_cursor(std::string_view cursor) {
  return parse_cursor(cursor) ? "" : "must be a cursor of this list";
}

Refusal wrong(const char* field, const char* why) {
  return {.reason = Reason::invalid, .detail = "some fields are wrong", .fields = {{field, why}}};
}

std::string query_for(const Question& question, const Place& place) {
  std::string query = "limit=" + std::to_string(question.limit);
  if (question.q) query += "&q=" + percent_encode(*question.q);
  if (question.role) query += "&role=" + percent_encode(*question.role);
  if (question.is_active) query += std::string("&is_active=") + (*question.is_active ? "true" : "false");
  return query + "&cursor=" + cursor_of(place);
}

// Of a page being filled: everybody is asked for one more than fits, who says that there is a next page.
class Filling {
 public:
  explicit Filling(const Question& question) : question_(question), limit_(static_cast<std::size_t>(question.limit)) {}

  std::int64_t wanted() const { return static_cast<std::int64_t>(limit_ - users_.size()) + 1; }
  // Whether the page is full, and there is more.
  bool take(db::Rows rows, Part part) {
    while (rows.next()) {
      if (users_.size() == limit_) {
        go_on_from(last_);
        return true;
      }
      users_.push_back(users::read_user(rows, 1, rows.user_id(0)));
      last_ = {part, users_.back().id.value, part == Part::ids ? "" : rows.text(users::kUserColumns + 1)};
    }
    return false;
  }
  void go_on_from(const Place& place) { next_ = query_for(question_, place); }
  Page page(std::string total) && { return {std::move(users_), std::move(total), std::move(next_)}; }

 private:
  const Question& question_;
  std::size_t limit_;
  std::vector<users::User> users_;
  Place last_;
  std::optional<std::string> next_;
};

Page list_by_id(const Occasion& occasion, const Question& question, const Place& from) {
  db::Database& database = occasion.database();
  Filling filling(question);
  const std::int64_t wanted = filling.wanted();
  const auto& [role, is_active] = std::tie(question.role, question.is_active);
  if (role && is_active) {
    filling.take(database.query(kPageOfBoth, {role, is_active, from.id, wanted, question.skip}), Part::ids);
  } else if (role) {
    filling.take(database.query(kPageOfRole, {role, from.id, wanted, question.skip}), Part::ids);
  } else if (is_active) {
    filling.take(database.query(kPageOfActive, {is_active, from.id, wanted, question.skip}), Part::ids);
  } else {
    filling.take(database.query(kPage, {from.id, wanted, question.skip}), Part::ids);
  }
  return std::move(filling).page(std::to_string(census::count(occasion, role, is_active)));
}

// The range of an index that one page looks at.
struct Range {
  std::string first;
  std::string last;
  std::optional<Place> end;  // where there are more behind it
};

class Search {
 public:
  Search(const Occasion& occasion, const Question& question)
      : database_(occasion.database()), question_(question), beginning_(to_lower(*question.q)) {}

  Page page(const Place& from) {
    const Range names = range(Part::names, beginning_);
    const Range emails = range(Part::emails, beginning_);
    const std::int64_t by_name = count(Part::names, names);
    const std::int64_t total = by_name + count(Part::emails, emails);
    fill(from, names, emails, by_name);
    return std::move(filling_).page(std::to_string(total) + (names.end || emails.end ? "+" : ""));
  }

 private:
  void fill(const Place& from, const Range& names, const Range& emails, std::int64_t by_name) {
    std::int64_t skip = question_.skip;
    if (from.part != Part::emails) {
      const Range part = from.part == Part::names ? range(Part::names, first_behind(from.key)) : names;
      if (fill_from(Part::names, part, skip)) return;
      skip = std::max<std::int64_t>(0, skip - by_name);
    }
    fill_from(Part::emails, from.part == Part::emails ? range(Part::emails, first_behind(from.key)) : emails, skip);
  }

  // Whether the page ends here.
  bool fill_from(Part part, const Range& range, std::int64_t skip) {
    if (filling_.take(rows(part, range, skip), part)) return true;
    if (range.end) filling_.go_on_from(*range.end);
    return range.end.has_value();
  }

  Range range(Part part, const std::string& first) {
    Range range{first, last_with(beginning_), std::nullopt};
    const db::Statement& end = part == Part::names ? kNamesEnd : kEmailsEnd;
    db::Rows row = database_.query(end, {range.first, range.last, kMostLookedAt - 1});
    if (!row.next()) return range;
    range.last = row.text(0);
    range.end = Place{part, row.integer(1), range.last};
    return range;
  }

  std::int64_t count(Part part, const Range& range) {
    const auto& [role, is_active] = std::tie(question_.role, question_.is_active);
    db::Rows row = part == Part::names
                       ? database_.query(kCountNames, {range.first, range.last, role, role, is_active, is_active})
                       : database_.query(kCountEmails, {range.first, range.last, role, role, is_active, is_active,
                                                        length(), beginning_});
    row.next();
    return row.integer(0);
  }

  db::Rows rows(Part part, const Range& range, std::int64_t skip) {
    const auto& [role, is_active] = std::tie(question_.role, question_.is_active);
    const std::int64_t wanted = filling_.wanted();
    if (part == Part::names) {
      return database_.query(kNames, {range.first, range.last, role, role, is_active, is_active, wanted, skip});
    }
    return database_.query(
        kEmails, {range.first, range.last, role, role, is_active, is_active, length(), beginning_, wanted, skip});
  }

  std::int64_t length() const { return static_cast<std::int64_t>(beginning_.size()); }

  db::Database& database_;
  const Question& question_;
  const std::string beginning_;
  Filling filling_{question_};
};

}  // namespace

constinit const TextRule kBeginning{
    .least = 1, .most = 254, .meaning = "how a user name or an email begins; matched without case"};
constinit const TextRule kCursor{.least = 1,
                                 .most = 400,
                                 .meaning = "from the Link of the page before, instead of skip; opaque",
                                 .check = check_cursor};

Result<Page> list(const Occasion& occasion, const Question& question) {
  const auto& roles = occasion.process.roles.present(occasion.database(), occasion.now);
  if (question.role && !roles.find(*question.role)) return wrong("role", "is no role of this installation");
  if (question.cursor && question.skip > 0) return wrong("skip", "is for a list without a cursor");
  const Place from = question.cursor ? parse_cursor(*question.cursor).value_or(Place{}) : Place{};
  if (!question.q) return list_by_id(occasion, question, from);
  if (question.cursor && from.part == Part::ids) return wrong("cursor", "is of a list without q");
  return Search(occasion, question).page(from);
}

}  // namespace gatehouse::administration
