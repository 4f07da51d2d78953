// SPDX-License-Identifier: Apache-2.0
#include "auth/outbox/sender.h"

#include <algorithm>
#include <cstring>

#include "auth/outbox/message.h"
#include "auth/outbox/sender_sql.h"
#include "auth/outbox/shelf.h"
#include "base/mail.h"
#include "base/text.h"
#include "crypto/box.h"
#include "json/json.h"

namespace gatehouse::outbox {
namespace {

using Claim = RandomId<struct ClaimTag>;
using Fate = Delivery::Fate;

// Longer than any transport takes for one mail.
constexpr minutes kLease{10};
constexpr seconds kFirstPause{60};
constexpr seconds kLongestPause{3600};
constexpr std::int64_t kMostAttempts = 100;

// A mail that was claimed, and whose it is.
struct Claimed {
  MailId id;
  Claim claim;
  std::string kind;
  bool has_user = false;
  std::string recipient;
  std::string letter;
  Time created_at;
  std::int64_t attempts = 0;
  bool is_there = false;  // the account
  std::string username{};
  std::string email{};
  bool is_active = false;
  bool is_verified = false;
  std::string language{};
};

// Tells of what happened to an account, and bears nothing to act by.
bool is_notice(Topic topic) {
  switch (topic) {
    case Topic::new_sign_in:
    case Topic::account_locked:
    case Topic::factor_guessed:
    case Topic::password_changed:
    case Topic::password_reset:
    case Topic::api_key_made:
    case Topic::factor_added:
    case Topic::factor_removed:
    case Topic::recovery_code_used: return true;
    case Topic::verify_email:
    case Topic::reset_password:
    case Topic::address_in_use:
    case Topic::change_email:
    case Topic::email_changed: return false;
  }
  return false;
}

// How long it is worth sending: a token's life, or until the news is old.
hours worth_of(Topic topic) {
  switch (topic) {
    case Topic::reset_password: return hours(1);
    case Topic::verify_email:
    case Topic::change_email: return hours(24);
    default: return hours(72);
  }
}

// Where a token goes: a page, and what takes it where there is none.
struct Destination {
  std::string link;  // the token follows; "": there is no page
  std::string endpoint;
  bool shows_token = false;  // beside the link: who lost an account is not to depend on a page that may not know of it
};
Destination destination_of(Topic topic, const Settings& settings) {
  const std::string api = settings.public_url + "/api/v1/auth/";
  const auto link = [](const std::string& page, const char* name) {
    return page.empty() ? "" : page + "#" + name + "=";
  };
  if (topic == Topic::reset_password) return {link(settings.page_reset_url, "token"), api + "reset-password"};
  if (topic == Topic::email_changed) return {link(settings.page_verify_url, "undo"), api + "email-change/undo", true};
  return {link(settings.page_verify_url, "token"), api + "verify-email"};
}

std::string minute_of(Time time) {
  std::string text = to_rfc3339(time).substr(0, 16) + " UTC";
  text.at(10) = ' ';
  return text;
}

// "20260301T120000": in the order of their writing.
std::string stamp_of(Time time) {
  std::string text = to_rfc3339(time).substr(0, 19);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::vector<MailId> due_now(const Occasion& occasion, Time now) {
  std::vector<MailId> ids;
  for (db::Rows row = occasion.database().query(kDue, {now}); row.next();) {
    if (const auto id = MailId::from_bytes(row.text(0))) ids.push_back(*id);
  }
  return ids;
}

std::optional<Claimed> claim(const Occasion& occasion, const MailId& id, Time now) {
  const Claim mark = Claim::draw(occasion.random());
  occasion.database().unit([&](db::Work& work) { return work.run(kClaim, {mark, now + kLease, id, now}); });
  // The row decides, whatever the count of rows was: an earlier run of the unit may have claimed it, its answer lost.
  db::Rows row = occasion.database().query(kClaimed, {id, mark});
  if (!row.next()) return std::nullopt;
  Claimed mail{.id = id,
               .claim = mark,
               .kind = row.text(0),
               .has_user = !row.is_null(1),
               .recipient = row.text(2),
               .letter = row.text(3),
               .created_at = row.time(4),
               .attempts = row.integer(5)};
  mail.is_there = !row.is_null(6);
  if (mail.is_there) {
    mail.username = row.text(6);
    mail.email = row.text(7);
    mail.is_active = row.boolean(8);
    mail.is_verified = row.boolean(9);
    mail.language = row.optional_text(10).value_or("");
  }
  return mail;
}

void end(const Occasion& occasion, const Claimed& mail, std::string_view state, const std::string& error) {
  const Time now = occasion.process.clock.now();
  const auto why = error.empty() ? std::nullopt : std::optional(error);
  occasion.database().unit([&](db::Work& work) { return work.run(kEndMail, {state, now, why, mail.id, mail.claim}); });
}

void log(const Occasion& occasion, Level level, const Claimed& mail, const std::string& what) {
  LogLine line(occasion.process.clock.now(), level);
  line.add("endpoint", occasion.process.endpoint).add("mail", to_hex(mail.id.raw())).add("topic", mail.kind);
  line.add(level == Level::info ? "done" : "error", what);
  occasion.process.log(std::move(line).finish());
}

Fillings fillings_of(const Settings& settings, const Claimed& mail, Topic topic, const json::Value& said,
                     const std::string& to) {
  Fillings fillings{{"app", settings.app_name},
                    {"url", settings.public_url},
                    {"user", mail.username},
                    {"email", to},
                    {"time", minute_of(mail.created_at)}};
  const Vocabulary vocabulary = vocabulary_of(topic);
  for (const json::Member& member : said.members) {
    const bool is_known =
        std::find(vocabulary.words.begin(), vocabulary.words.end(), member.name) != vocabulary.words.end();
    if (is_known) fillings.emplace(member.name, member.value.text);
  }
  for (const char* clients : {"user_agent", "name"}) {
    if (const auto found = fillings.find(clients); found != fillings.end()) found->second = harmless(found->second);
  }
  if (vocabulary.has_token) {
    const Destination destination = destination_of(topic, settings);
    fillings["endpoint"] = destination.endpoint;
    // In the fragment, which a browser keeps to itself: no log and no Referer has it.
    if (!destination.link.empty()) fillings["link"] = destination.link + fillings["token"];
    if (!destination.link.empty() && !destination.shows_token) fillings["token"].clear();
  }
  return fillings;
}

Parcel pack(const Occasion& occasion, const Claimed& mail, Topic topic, const json::Value& said,
            const std::string& to) {
  const Settings& settings = occasion.settings();
  const std::string language = is_language(mail.language) ? mail.language : settings.mail_language;
  const Rendered rendered = render(settings, topic, language, fillings_of(settings, mail, topic, said, to),
                                   [&](const std::string& what) { log(occasion, Level::warning, mail, what); });
  std::string text = compose({.id = mail.id,
                              .written_at = mail.created_at,
                              .from = settings.mail_from,
                              .from_name = settings.app_name,
                              .to = to,
                              .language = language,
                              .subject = rendered.subject,
                              .text = rendered.text,
                              .html = rendered.html});
  Parcel parcel{.name = stamp_of(mail.created_at) + "-" + mail.kind + "-" + to_hex(mail.id.raw()),
                .from = settings.mail_from,
                .to = to,
                .message = Secret(text)};
  explicit_bzero(text.data(), text.size());
  return parcel;
}

// Why nobody is to get it; "": somebody is.
std::string nobody_reads(const Claimed& mail, Topic topic) {
  if (mail.has_user && !mail.is_there) return "the account is gone";
  // A thief who changed the address could switch the account off before its owner is told.
  if (mail.has_user && !mail.is_active && topic != Topic::email_changed) return "the account is switched off";
  if (!mail.recipient.empty()) return "";
  if (!mail.is_there) return "it is to nobody";
  // An address that nobody has proved to read may be a stranger's, who is not to be told what happens to this account;
  // and who prepared an account for a victim is not to have us write to them.
  if (is_notice(topic) && !mail.is_verified) return "the account's address was never confirmed";
  return "";
}

Time next_try(const Claimed& mail, Time now) {
  const auto doublings = std::min<std::int64_t>(mail.attempts - 1, 10);
  return now +
         std::min<seconds>(kLongestPause, kFirstPause * (std::int64_t{1} << std::max<std::int64_t>(doublings, 0)));
}

// Sends one that is ours. Answers what became of it.
Fate handle(const Occasion& occasion, const Secret& private_key, const Deliver& deliver, const Claimed& mail,
            Tally& tally) {
  const Time now = occasion.process.clock.now();
  const auto give_up = [&](const std::string& why) {
    end(occasion, mail, "dead", why);
    log(occasion, Level::error, mail, why);
    ++tally.dead;
    return Fate::refused;
  };
  const auto topic = topic_named(mail.kind);
  if (!topic) return give_up("no template of this build is of this kind");
  if (const std::string why = nobody_reads(mail, *topic); !why.empty()) {
    end(occasion, mail, "dropped", why);
    ++tally.dropped;
    return Fate::refused;
  }
  const std::string& to = mail.recipient.empty() ? mail.email : mail.recipient;
  if (!is_mail_address(to)) return give_up("the address is none that mail can be sent to");
  const auto plain = crypto::open_box(private_key, mail.letter);
  if (!plain) return give_up("it was sealed to another key than MAIL_KEY_FILE");
  const auto said = json::parse(plain->reveal());
  if (!said.value) return give_up("what it says can't be read");
  if (now - mail.created_at > worth_of(*topic)) return give_up("it is too late for it");

  const Delivery delivery = deliver(pack(occasion, mail, *topic, *said.value, to));
  if (delivery.fate == Fate::delivered) {
    end(occasion, mail, "sent", "");
    log(occasion, Level::info, mail, "sent");
    ++tally.delivered;
    return delivery.fate;
  }
  if (delivery.fate == Fate::refused) return give_up(delivery.error);
  const Time later = next_try(mail, occasion.process.clock.now());
  if (mail.attempts >= kMostAttempts || later - mail.created_at > worth_of(*topic)) {
    give_up(delivery.error + "; it would be too late for another try");
    return delivery.fate;
  }
  occasion.database().unit([&](db::Work& work) {
    return work.run(kPostpone, {later, delivery.error, mail.id, mail.claim});
  });
  log(occasion, Level::warning, mail, delivery.error);
  ++tally.postponed;
  return delivery.fate;
}

}  // namespace

Tally send_due(const Occasion& occasion, const Secret& private_key, const Deliver& deliver,
               const std::function<bool()>& stop) {
  Tally tally;
  for (;;) {
    const auto due = due_now(occasion, occasion.process.clock.now());
    bool is_any_ours = false;
    for (const MailId& id : due) {
      if (stop()) return tally;
      const auto mail = claim(occasion, id, occasion.process.clock.now());
      if (!mail) continue;  // somebody else has it
      is_any_ours = true;
      if (handle(occasion, private_key, deliver, *mail, tally) != Fate::unreachable) continue;
      // The others would fare no better, and each try counts.
      tally.is_reachable = false;
      return tally;
    }
    if (!is_any_ours) return tally;
  }
}

std::vector<Listed> list_mail(const Occasion& occasion, std::string_view state) {
  std::vector<Listed> all;
  for (db::Rows row = occasion.database().query(kListed, {state}); row.next();) {
    const auto id = MailId::from_bytes(row.text(0));
    if (!id) continue;
    all.push_back({.id = *id,
                   .topic = row.text(1),
                   .user = row.is_null(2) ? std::nullopt : std::optional(row.user_id(2)),
                   .state = row.text(3),
                   .created_at = row.time(4),
                   .due_at = row.time(5),
                   .attempts = row.integer(6),
                   .error = row.optional_text(7).value_or("")});
  }
  return all;
}

std::int64_t retry_mail(const Occasion& occasion, const std::optional<MailId>& id) {
  const Time now = occasion.now;
  return occasion.database().unit([&](db::Work& work) {
    return id ? work.run(kRetry, {now, *id}) : work.run(kRetryAll, {now, now});
  });
}

std::int64_t count_waiting(const Occasion& occasion) {
  db::Rows row = occasion.database().query(kWaiting);
  row.next();
  return row.integer(0);
}

}  // namespace gatehouse::outbox
