// SPDX-License-Identifier: Apache-2.0
#include "auth/outbox/outbox.h"

#include <cstring>
#include <iterator>

#include "auth/outbox/mail_key.h"
#include "auth/outbox/outbox_sql.h"
#include "base/text.h"
#include "crypto/box.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace gatehouse::outbox {
namespace {

constexpr std::string_view kNames[] = {
    "verify_email", "reset_password", "address_in_use", "change_email",       "email_changed",
    "new_sign_in",  "account_locked", "factor_guessed", "password_changed",   "password_reset",
    "api_key_made", "factor_added",   "factor_removed", "recovery_code_used",
};

// By which mails of one kind are counted.
crypto::Digest counted_as(const Letter& letter) {
  const std::string whose = letter.to.address.empty() ? "account " + std::to_string(letter.to.user->value)
                                                      : "address " + to_lower(letter.to.address);
  return crypto::labelled_sha256("mail to", std::string(name_of(letter.topic)) + " " + whose);
}

}  // namespace

std::string_view name_of(Topic topic) { return kNames[static_cast<int>(topic)]; }

std::optional<Topic> topic_named(std::string_view name) {
  for (const Topic topic : all_topics()) {
    if (name_of(topic) == name) return topic;
  }
  return std::nullopt;
}

std::vector<Topic> all_topics() {
  std::vector<Topic> topics;
  for (std::size_t i = 0; i < std::size(kNames); ++i) topics.push_back(static_cast<Topic>(i));
  return topics;
}

bool is_on(const Settings& settings) { return !settings.mail_from.empty(); }

Letter write(const Occasion& occasion, Topic topic, Addressee to, std::initializer_list<Filling> fillings) {
  Letter letter{.id = MailId::draw(occasion.random()), .topic = topic, .to = std::move(to), .sealed = {}};
  if (!is_on(occasion.settings())) return letter;
  json::Writer w;
  w.begin_object();
  for (const Filling& filling : fillings) w.key(filling.name).string(filling.value);
  w.end_object();
  std::string text = w.take();
  const Secret plain(text);
  explicit_bzero(text.data(), text.size());
  letter.sealed = crypto::seal_to(read_mail_public_key(occasion.settings()), plain);
  return letter;
}

bool post(db::Work& work, const Occasion& occasion, const Letter& letter) {
  if (letter.sealed.empty()) return true;
  const Rate& most = occasion.settings().mail_limit;
  const crypto::Digest addressee = counted_as(letter);
  const Time now = occasion.now;
  const auto ended_at = letter.to.is_nobody ? std::optional(now) : std::nullopt;
  const auto rows = work.run_unless_taken(kPost, {letter.id, name_of(letter.topic), letter.to.user, letter.to.address,
                                                  addressee, letter.sealed, letter.to.is_nobody ? "nobody" : "waiting",
                                                  now, now, ended_at, addressee, now - most.period, most.requests});
  return rows.value_or(1) > 0;  // taken: by an earlier run of this unit
}

}  // namespace gatehouse::outbox
