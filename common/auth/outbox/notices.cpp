// SPDX-License-Identifier: Apache-2.0
#include "auth/outbox/notices.h"

#include <exception>

#include "base/encoding.h"
#include "base/text.h"

namespace gatehouse::outbox {
namespace {

// What a browser says of itself may be as long as a request lets it.
constexpr std::size_t kLongest = 300;

Letter write_if_possible(const Occasion& occasion, Topic topic, Addressee to, std::initializer_list<Filling> fillings) {
  if (!is_on(occasion.settings())) return {};
  try {
    return write(occasion, topic, std::move(to), fillings);
  } catch (const std::exception& error) {
    LogLine line(occasion.now, Level::error);
    line.add("endpoint", occasion.process.endpoint)
        .add("request_id", occasion.request_id)
        .add("error", std::string("no mail was written: ") + error.what());
    occasion.process.log(std::move(line).finish());
    return {};
  }
}

std::string_view short_text(std::string_view text) { return is_utf8(text) ? cut_utf8(text, kLongest) : ""; }

}  // namespace

Letter news(const Occasion& occasion, Topic topic, UserId user, std::initializer_list<Filling> fillings) {
  return write_if_possible(occasion, topic, Addressee::account(user), fillings);
}

Letter news_of_sign_in(const Occasion& occasion, UserId user, std::optional<Time> last_login_at,
                       std::optional<Time> welcomed_at) {
  if (!last_login_at || welcomed_at) return {};
  return news(occasion, Topic::new_sign_in, user,
              {{"address", occasion.address.text()}, {"user_agent", short_text(occasion.user_agent)}});
}

Letter news_of_lock(const Occasion& occasion, Topic topic, std::optional<UserId> user, std::string_view subject) {
  // Of an unknown name, which may be a password, too little is kept to find it by.
  constexpr std::size_t kKept = 2;
  return write_if_possible(occasion, topic,
                           user ? Addressee::account(*user) : Addressee::nobody(to_hex(subject.substr(0, kKept))),
                           {{"address", occasion.address.text()}});
}

Letter news_of_password(const Occasion& occasion, UserId user) { return news(occasion, Topic::password_changed, user); }

Letter news_of_api_key(const Occasion& occasion, UserId user, std::string_view name, std::string_view prefix) {
  return news(occasion, Topic::api_key_made, user, {{"name", short_text(name)}, {"prefix", prefix}});
}

}  // namespace gatehouse::outbox
