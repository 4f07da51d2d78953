// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include "auth/outbox/notices.h"
#include "auth/outbox/sender.h"
#include "auth/throttle/throttle.h"
#include "support/commands.h"
#include "support/parallel.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

using outbox::Addressee;
using outbox::Tally;
using outbox::Topic;
using Fate = Delivery::Fate;

class Mail : public World {
 protected:
  Mail() {
    configure("MAIL_FROM", "auth@example.com");
    configure("MAIL_URL", "file:mail");
  }

  void configure(const std::string& key, const std::string& value) {
    config_[key] = value;
    set(key, value);
  }
  const Config& config() const { return config_; }

  // A process with the sender's own account, which runs nothing that its list does not name.
  std::unique_ptr<Process> sender(std::uint64_t seed = 11) {
    random_ = std::make_unique<CountedRandomness>(seed);
    auto process = std::make_unique<Process>(load_settings(config_), "mail", keys::Power::verifies, clock, *random_,
                                             [this](std::string_view line) { log += line; });
    process->database.on_statement = [this, allowed = golden_statements("mail")](const db::Statement& statement) {
      ran.insert(statement.name());
      EXPECT_TRUE(allowed.contains(statement.name())) << statement.name();
    };
    return process;
  }

  // What became of all that was due: `said` is what a server says to each.
  Tally send(const outbox::Deliver& deliver) {
    const auto process = sender(++seed_);
    return outbox::send_due({.process = *process, .now = clock.now()}, installation().mail_key, deliver);
  }
  Tally send(const Delivery& said = {}) {
    return send([&](const Parcel& parcel) {
      arrived.push_back({parcel.to, std::string(parcel.message.reveal())});
      return said;
    });
  }

  // In a unit of its own, as a use case would.
  bool write(Topic topic, const Addressee& to, std::initializer_list<outbox::Filling> fillings = {}) {
    const Occasion occasion = operators_occasion();
    const outbox::Letter letter = outbox::write(occasion, topic, to, fillings);
    return occasion.database().unit([&](db::Work& work) { return outbox::post(work, occasion, letter); });
  }
  static UserId user(std::int64_t id) { return UserId{id}; }
  Answer send_to_me(Call call) { return World::send("users_me", std::move(call).by("PUT")); }

  // "sent 2, waiting 1"
  std::string states() {
    std::string text;
    for (const auto& row : admin.query("SELECT state, COUNT(*) FROM gh_outbox GROUP BY state ORDER BY state")) {
      text += (text.empty() ? "" : ", ") + row[0] + " " + row[1];
    }
    return text;
  }
  std::string due_in_seconds() {
    return value("SELECT (due_at - " + std::to_string(to_millis(clock.now())) +
                 ") DIV 1000 FROM gh_outbox WHERE state = 'waiting'");
  }
  std::string error() { return value("SELECT COALESCE(error, '') FROM gh_outbox"); }
  std::string blank() {
    return value("SELECT COUNT(*) FROM gh_outbox WHERE recipient = '' AND letter = '' AND claim IS NULL");
  }
  static std::string line_of(const std::string& mail, const std::string& name) {
    const std::size_t at = mail.find("\r\n" + name + ": ");
    return at == std::string::npos ? "" : mail.substr(at + 2, mail.find("\r\n", at + 2) - at - 2);
  }

  struct Arrived {
    std::string to;
    std::string text;
  };
  std::vector<Arrived> arrived;
  std::set<std::string> ran;
  std::string log;

 private:
  Config config_ = basic_config();
  std::uint64_t seed_ = 100;
  std::unique_ptr<CountedRandomness> random_;
};

constexpr outbox::Filling kToken{"token", "THE-TOKEN"};

TEST_F(Mail, ALetterIsSentOnceAndThenNothingIsLeftOfWhatItSaid) {
  const auto ann = user(add_user());
  EXPECT_TRUE(write(Topic::reset_password, Addressee::account(ann), {kToken}));
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE letter LIKE '%TOKEN%'"), "0");
  EXPECT_EQ(send(), (Tally{.delivered = 1}));
  ASSERT_EQ(arrived.size(), 1U);
  EXPECT_EQ(arrived[0].to, "ann@example.com");
  EXPECT_NE(arrived[0].text.find("POST https://auth.example.com/api/v1/auth/reset-password\r\nTHE-TOKEN\r\n"),
            std::string::npos)
      << arrived[0].text;
  EXPECT_EQ(states(), "sent 1");
  EXPECT_EQ(blank(), "1");
  EXPECT_EQ(send(), Tally{});
  EXPECT_EQ(log.find("TOKEN"), std::string::npos);
  EXPECT_EQ(log.find("ann@"), std::string::npos);
}

TEST_F(Mail, ALinkLeadsToThePageThatIsConfiguredAndBearsTheTokenWhereNoLogSeesIt) {
  configure("PAGE_RESET_URL", "https://auth.example.com/reset");
  const auto ann = user(add_user());
  write(Topic::reset_password, Addressee::account(ann), {kToken});
  send();
  ASSERT_EQ(arrived.size(), 1U);
  EXPECT_NE(arrived[0].text.find("\r\nhttps://auth.example.com/reset#token=THE-TOKEN\r\n"), std::string::npos);
  EXPECT_EQ(arrived[0].text.find("POST "), std::string::npos);
}

TEST_F(Mail, WhoLostAnAddressIsShownTheTokenBesideTheLink) {
  configure("PAGE_VERIFY_URL", "https://auth.example.com/verify");
  const auto ann = user(add_user());
  write(Topic::email_changed, Addressee::at(ann, "old@example.com"), {kToken});
  write(Topic::change_email, Addressee::at(ann, "new@example.com"), {kToken});
  send();
  std::string undoes;
  std::string changes;
  for (const Arrived& one : arrived) (one.to == "old@example.com" ? undoes : changes) = one.text;
  EXPECT_NE(undoes.find("\r\nhttps://auth.example.com/verify#undo=THE-TOKEN\r\n"), std::string::npos) << undoes;
  EXPECT_NE(undoes.find("POST https://auth.example.com/api/v1/auth/email-change/undo\r\nTHE-TOKEN\r\n"),
            std::string::npos);
  EXPECT_NE(changes.find("\r\nhttps://auth.example.com/verify#token=THE-TOKEN\r\n"), std::string::npos);
  EXPECT_EQ(changes.find("POST "), std::string::npos);
}

TEST_F(Mail, GoesToTheAddressThatTheAccountHasWhenItIsSentAndInItsLanguage) {
  const auto ann = user(add_user());
  write(Topic::reset_password, Addressee::account(ann), {kToken});
  sql("UPDATE gh_users SET email = 'new@example.com', language = 'de'");
  send();
  ASSERT_EQ(arrived.size(), 1U);
  EXPECT_EQ(arrived[0].to, "new@example.com");
  EXPECT_EQ(line_of(arrived[0].text, "Content-Language"), "Content-Language: de");
  EXPECT_NE(arrived[0].text.find("Guten Tag ann,"), std::string::npos);
  configure("MAIL_LANGUAGE", "fr");
  write(Topic::address_in_use, Addressee::at(std::nullopt, "bob@example.com"));
  send();
  ASSERT_EQ(arrived.size(), 2U);
  EXPECT_EQ(arrived[1].to, "bob@example.com");
  EXPECT_EQ(line_of(arrived[1].text, "Content-Language"), "Content-Language: fr");
  EXPECT_EQ(arrived[1].text.find("Bonjour"), std::string::npos) << "nobody's name is known";
}

TEST_F(Mail, WhatIsToNobodyIsNeverSent) {
  EXPECT_TRUE(write(Topic::reset_password, Addressee::nobody("eve@example.com"), {kToken}));
  EXPECT_EQ(send(), Tally{});
  EXPECT_EQ(states(), "nobody 1");
}

TEST_F(Mail, NewsOfAnAccountGoOnlyToAnAddressThatSomebodyHasProvedToRead) {
  const auto ann = user(add_user({.is_verified = false}));
  for (const Topic topic : {Topic::new_sign_in, Topic::account_locked, Topic::factor_guessed, Topic::password_changed,
                            Topic::password_reset, Topic::api_key_made, Topic::factor_added, Topic::factor_removed,
                            Topic::recovery_code_used}) {
    write(topic, Addressee::account(ann), {{"address", "10.0.0.1"}});
  }
  EXPECT_EQ(send(), (Tally{.dropped = 9}));
  EXPECT_EQ(states(), "dropped 9");
  EXPECT_EQ(blank(), "9");
  sql("UPDATE gh_users SET is_verified = 1");
  write(Topic::new_sign_in, Addressee::account(ann), {{"address", "10.0.0.1"}});
  EXPECT_EQ(send(), (Tally{.delivered = 1}));
}

TEST_F(Mail, NobodyWritesToAnAccountThatIsSwitchedOffOrGone) {
  const auto ann = user(add_user());
  sql("UPDATE gh_users SET is_active = 0");
  write(Topic::reset_password, Addressee::account(ann), {kToken});
  write(Topic::change_email, Addressee::at(ann, "new@example.com"), {kToken});
  write(Topic::reset_password, Addressee::account(UserId{99}), {kToken});
  EXPECT_EQ(send(), (Tally{.dropped = 3}));
}

TEST_F(Mail, NothingIsSentForWhatWasRolledBack) {
  const auto ann = user(add_user());
  const Occasion occasion = operators_occasion();
  const outbox::Letter letter = outbox::write(occasion, Topic::reset_password, Addressee::account(ann), {kToken});
  EXPECT_THROW(occasion.database().unit([&](db::Work& work) -> Done {
    EXPECT_TRUE(outbox::post(work, occasion, letter));
    throw std::runtime_error("what it was about did not happen");
  }),
               std::runtime_error);
  EXPECT_EQ(send(), Tally{});
  EXPECT_EQ(states(), "");
}

TEST_F(Mail, TwoSendersOfFiftyLettersSendEachOnce) {
  const auto ann = user(add_user());
  configure("MAIL_LIMIT", "100/hour");
  for (int i = 0; i < 50; ++i) write(Topic::verify_email, Addressee::account(ann), {kToken});
  const auto said = in_processes(3, [&](int number) -> std::function<std::string()> {
    return [this, number] {
      const auto process = sender(static_cast<std::uint64_t>(200 + number));
      std::string ids;
      outbox::send_due({.process = *process, .now = clock.now()}, installation().mail_key, [&](const Parcel& parcel) {
        ids += parcel.name + "\n";
        return Delivery{};
      });
      return ids;
    };
  });
  std::multiset<std::string> all;
  for (const std::string& ids : said) {
    for (std::size_t at = 0; at < ids.size(); at = ids.find('\n', at) + 1) {
      all.insert(ids.substr(at, ids.find('\n', at) - at));
    }
  }
  EXPECT_EQ(all.size(), 50U);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 50U);
  EXPECT_EQ(states(), "sent 50");
}

TEST_F(Mail, WhatASenderHadWhenItWasKilledComesAgainAfterTheLeaseWithTheSameId) {
  const auto ann = user(add_user());
  write(Topic::verify_email, Addressee::account(ann), {kToken});
  EXPECT_THROW(send([&](const Parcel& parcel) -> Delivery {
                 arrived.push_back({parcel.to, std::string(parcel.message.reveal())});
                 throw std::runtime_error("killed");
               }),
               std::runtime_error);
  EXPECT_EQ(send(), Tally{});
  clock.advance(minutes(10) - milliseconds(1));
  EXPECT_EQ(send(), Tally{});
  clock.advance(milliseconds(1));
  EXPECT_EQ(send(), (Tally{.delivered = 1}));
  ASSERT_EQ(arrived.size(), 2U);
  EXPECT_EQ(arrived[0].text, arrived[1].text);
  EXPECT_NE(line_of(arrived[0].text, "Message-ID"), "");
}

TEST_F(Mail, WhoeverWasTooSlowChangesNothingOfWhatAnotherSenderDid) {
  const auto ann = user(add_user());
  write(Topic::verify_email, Addressee::account(ann), {kToken});
  const Tally slow = send([&](const Parcel&) {
    clock.advance(minutes(11));
    EXPECT_EQ(send(), (Tally{.delivered = 1}));
    return Delivery{Fate::refused, "too slow to matter"};
  });
  EXPECT_EQ(slow, (Tally{.dead = 1}));
  EXPECT_EQ(states(), "sent 1");
  EXPECT_EQ(error(), "");
}

TEST_F(Mail, ATryThatFailedIsFollowedByOthersAtGrowingDistancesUntilItIsTooLate) {
  const auto ann = user(add_user());
  write(Topic::reset_password, Addressee::account(ann), {kToken});
  for (const char* seconds_to_wait : {"60", "120", "240", "480", "960"}) {
    EXPECT_EQ(send({Fate::postponed, "SMTP: busy (RCPT: 450)"}), (Tally{.postponed = 1}));
    EXPECT_EQ(due_in_seconds(), seconds_to_wait);
    EXPECT_EQ(error(), "SMTP: busy (RCPT: 450)");
    EXPECT_EQ(send(), Tally{}) << "before its time";
    clock.advance(seconds(std::atoi(seconds_to_wait)));
  }
  EXPECT_EQ(send({Fate::postponed, "SMTP: busy (RCPT: 450)"}), (Tally{.dead = 1}));
  EXPECT_EQ(states(), "dead 1");
  EXPECT_EQ(blank(), "1");
  EXPECT_EQ(error(), "SMTP: busy (RCPT: 450); it would be too late for another try");
}

TEST_F(Mail, NobodyGetsATokenThatIsDeadAlready) {
  const auto ann = user(add_user());
  write(Topic::reset_password, Addressee::account(ann), {kToken});
  clock.advance(hours(1) + milliseconds(1));
  EXPECT_EQ(send(), (Tally{.dead = 1}));
  EXPECT_TRUE(arrived.empty());
}

TEST_F(Mail, WhatIsRefusedForGoodIsDeadAndBlank) {
  const auto ann = user(add_user());
  write(Topic::verify_email, Addressee::account(ann), {kToken});
  EXPECT_EQ(send({Fate::refused, "SMTP: no such user (RCPT: 550)"}), (Tally{.dead = 1}));
  EXPECT_EQ(states(), "dead 1");
  EXPECT_EQ(blank(), "1");
  clock.advance(days(1));
  EXPECT_EQ(send(), Tally{});
}

TEST_F(Mail, WhereNobodyCanBeReachedTheOthersWaitWithoutATry) {
  const auto ann = user(add_user());
  for (int i = 0; i < 3; ++i) write(Topic::verify_email, Addressee::account(ann), {kToken});
  EXPECT_EQ(send({Fate::unreachable, "SMTP: refused"}), (Tally{.postponed = 1, .is_reachable = false}));
  EXPECT_EQ(value("SELECT SUM(attempts) FROM gh_outbox"), "1");
  EXPECT_EQ(send(), (Tally{.delivered = 2}));
}

TEST_F(Mail, WhatCantBeSentIsGivenUpAtOnce) {
  const auto ann = user(add_user());
  sql("UPDATE gh_users SET email = '\"ann lee\"@localhost'");  // of an import
  write(Topic::verify_email, Addressee::account(ann), {kToken});
  EXPECT_EQ(send(), (Tally{.dead = 1}));
  EXPECT_EQ(error(), "the address is none that mail can be sent to");
  sql("DELETE FROM gh_outbox");
  write(Topic::verify_email, Addressee::at(std::nullopt, "a@example.com"), {kToken});
  sql("UPDATE gh_outbox SET letter = REVERSE(letter)");
  EXPECT_EQ(send(), (Tally{.dead = 1}));
  EXPECT_EQ(error(), "it was sealed to another key than MAIL_KEY_FILE");
  sql("DELETE FROM gh_outbox");
  write(Topic::verify_email, Addressee::at(std::nullopt, "a@example.com"), {kToken});
  sql("UPDATE gh_outbox SET kind = 'of_tomorrow'");
  EXPECT_EQ(send(), (Tally{.dead = 1}));
  EXPECT_EQ(error(), "no template of this build is of this kind");
  EXPECT_TRUE(arrived.empty());
}

TEST_F(Mail, AnAccountAndAnAddressGetSoManyOfAKindInATime) {
  configure("MAIL_LIMIT", "2/hour");
  const auto ann = user(add_user());
  const auto bob = user(add_user({.username = "bob"}));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(write(Topic::verify_email, Addressee::account(ann), {kToken}));
  EXPECT_FALSE(write(Topic::verify_email, Addressee::account(ann), {kToken}));
  EXPECT_TRUE(write(Topic::verify_email, Addressee::account(bob), {kToken}));
  EXPECT_TRUE(write(Topic::reset_password, Addressee::account(ann), {kToken}));
  for (const char* address : {"x@example.com", "X@Example.COM"}) {
    EXPECT_TRUE(write(Topic::verify_email, Addressee::at(std::nullopt, address), {kToken}));
  }
  EXPECT_FALSE(write(Topic::verify_email, Addressee::at(std::nullopt, "x@EXAMPLE.com"), {kToken}));
  EXPECT_FALSE(write(Topic::verify_email, Addressee::nobody("x@example.com"), {kToken})) << "nobody's count alike";
  send();
  EXPECT_FALSE(write(Topic::verify_email, Addressee::account(ann), {kToken})) << "sent ones count too";
  clock.advance(hours(1));
  EXPECT_TRUE(write(Topic::verify_email, Addressee::account(ann), {kToken}));
}

TEST_F(Mail, WithoutASenderNothingIsWrittenAtAll) {
  configure("MAIL_FROM", "");
  const auto ann = user(add_user());
  EXPECT_TRUE(write(Topic::verify_email, Addressee::account(ann), {kToken}));
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Mail, TheSenderRunsEachStatementThatItMay) {
  const auto ann = user(add_user());
  write(Topic::verify_email, Addressee::account(ann), {kToken});
  send({Fate::postponed, "later"});
  clock.advance(minutes(1));
  send();
  EXPECT_EQ(ran, golden_statements("mail"));
}

// ---- news ----

TEST_F(Mail, ALoginFromWhereNobodyEverLoggedInIsNewsButForTheFirst) {
  add_user();
  log_in();
  EXPECT_EQ(mail(), "");
  log_in();
  EXPECT_EQ(mail(), "");
  clock.advance(minutes(5));
  const auto from = [&](const char* address) {
    return post("auth_token",
                form({{"username", "ann"}, {"password", kPassword}}).from(address).with("User-Agent", "Firefox/128.0"));
  };
  EXPECT_EQ(from("192.0.2.7").status, 200);
  EXPECT_EQ(mail(), R"(new_sign_in user=1 {"address":"192.0.2.7","user_agent":"Firefox/128.0"})"
                    "\n");
  EXPECT_EQ(from("192.0.2.7").status, 200);
  EXPECT_EQ(from("2001:db8::1").status, 200);
  EXPECT_EQ(from("2001:db8::2").status, 200);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox"), "2") << "of one network once";
}

TEST_F(Mail, ALockIsNewsToItsOwnerAndTheSameWorkWhereThereIsNone) {
  set("MAX_LOGIN_ATTEMPTS", "2");
  add_user();
  const auto guess = [&](const char* name) {
    post("auth_token", form({{"username", name}, {"password", "Wrong-Horse-1"}}));
    return states();
  };
  EXPECT_EQ(guess("ann"), "");
  EXPECT_EQ(guess("nobody"), "");
  EXPECT_EQ(guess("ann"), "waiting 1");
  EXPECT_EQ(guess("nobody"), "nobody 1, waiting 1");
  EXPECT_EQ(mail(), "account_locked user=1 {\"address\":\"10.0.0.1\"}\n");
  EXPECT_EQ(value("SELECT COUNT(DISTINCT LENGTH(letter)) FROM gh_outbox"), "1");
  guess("ann");
  EXPECT_EQ(guess("nobody"), "nobody 1, waiting 1") << "once for each lock";
}

TEST_F(Mail, ANewPasswordAndANewKeyAreNews) {
  add_user();
  const std::string token = access_token();
  post("api_keys_generate", json_object({{"name", "backup"}}).bearing(token));
  EXPECT_EQ(mail().substr(0, mail().find("gh_")), R"(api_key_made user=1 {"name":"backup","prefix":")");
  sql("DELETE FROM gh_outbox");
  const Answer changed =
      post("auth_change_password",
           json_object({{"current_password", kPassword}, {"new_password", "Another-Horse-2"}}).bearing(token));
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(mail(), "password_changed user=1 {}\n");
}

TEST_F(Mail, WhereNoNewsCanBeWrittenAGuessStillCounts) {
  configure("MAIL_PUBLIC_KEY_FILE", "/nowhere/mail.pub");
  const auto ann = user(add_user());
  CountedRandomness random{3};
  Process process(load_settings(config()), "auth_token", keys::Power::mints, clock, random,
                  [this](std::string_view line) { log += line; });
  const Occasion occasion{.process = process, .now = clock.now(), .address = Address::parse("192.0.2.7")};
  throttle::record_failure(occasion, throttle::subject_of(ann), throttle::Guess::evaluated, ann);
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +2, gh_throttle +2");
  EXPECT_NE(log.find("no mail was written: /nowhere/mail.pub: can't be read"), std::string::npos) << log;
  EXPECT_TRUE(outbox::news_of_sign_in(occasion, ann, clock.now(), std::nullopt).sealed.empty());
}

// ---- languages ----

TEST_F(Mail, SomebodyChoosesALanguageAtTheRegistrationAndLater) {
  const Answer made = post(
      "users_register",
      json_object({{"email", "ann@example.com"}, {"password", kPassword}, {"username", "ann"}, {"language", "de"}}));
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.text("language"), "de");
  const std::string token = access_token();
  EXPECT_EQ(get("users_me", bearer(token)).text("language"), "de");
  const auto put = [&](const char* language) {
    return send_to_me(json_object({{"language", language}}).bearing(token));
  };
  EXPECT_EQ(put("fr").text("language"), "fr");
  EXPECT_EQ(value("SELECT language FROM gh_users"), "fr");
  for (const char* wrong : {"xx", "DE", "deu", ""}) EXPECT_EQ(put(wrong).wrong_fields(), "language") << wrong;
  EXPECT_EQ(send_to_me(json_object({{"full_name", "Ann"}}).bearing(token)).text("language"), "fr");
}

// ---- the operator's commands ----

class MailCommands : public Mail {
 protected:
  Said run(const std::vector<std::string>& words) {
    Config settings = config();
    settings["MAIL_KEY_FILE"] = folder.path() + "/mail.key";
    settings["MAIL_PUBLIC_KEY_FILE"] = folder.path() + "/mail.pub";
    settings["MAIL_URL"] = "file:" + folder.path();
    return run_command(words, settings);
  }
  TemporaryFolder folder;
};

TEST_F(MailCommands, AKeyPairIsMadeOnceAndNotWhileMailWaitsForTheOneThatIsLost) {
  EXPECT_EQ(run({"mail", "key"}).status, 1);
  const Said made = run({"mail", "key", "--make", "yes"});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(run({"mail", "key", "--make", "yes"}).out, made.out);
  EXPECT_EQ(std::filesystem::status(folder.path() + "/mail.key").permissions(), std::filesystem::perms::owner_read);

  std::filesystem::remove(folder.path() + "/mail.pub");
  EXPECT_EQ(run({"mail", "key", "--make", "yes"}).out, made.out) << "the public half comes of the private one";

  const auto ann = user(add_user());
  write(Topic::verify_email, Addressee::account(ann), {kToken});
  std::filesystem::remove(folder.path() + "/mail.key");
  const Said refused = run({"mail", "key", "--make", "yes"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.err.find("1 mails wait that only the key that is missing opens"), std::string::npos) << refused.err;
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/mail.key"));
  const Said anyway = run({"mail", "key", "--make", "anyway"});
  EXPECT_EQ(anyway.status, 0) << anyway.err;
  EXPECT_NE(anyway.out, made.out);
}

TEST_F(MailCommands, SendListAndRetrySayWhatThereIs) {
  run({"mail", "key", "--make", "yes"});
  set("MAIL_PUBLIC_KEY_FILE", folder.path() + "/mail.pub");
  add_user();
  sql("UPDATE gh_users SET is_verified = 1");
  const auto ann = user(1);
  write(Topic::address_in_use, Addressee::account(ann));
  sql("UPDATE gh_outbox SET created_at = UNIX_TIMESTAMP() * 1000, due_at = 4000000000000, error = 'busy'");
  EXPECT_EQ(run({"mail", "send", "--once", "yes"}).out, "sent 0, to nobody 0, given up 0, to be tried again 0\n");
  const std::string id = value("SELECT LOWER(HEX(id)) FROM gh_outbox");
  const Said listed = run({"mail", "list"});
  EXPECT_TRUE(listed.out.starts_with(id + "  waiting ")) << listed.out;
  EXPECT_NE(listed.out.find("  address_in_use      user 1  tries 0  due "), std::string::npos) << listed.out;
  EXPECT_TRUE(listed.out.ends_with("  busy\n")) << listed.out;
  EXPECT_EQ(run({"mail", "retry", "nonsense"}).status, 1);
  EXPECT_EQ(run({"mail", "retry", std::string(32, '0')}).status, 1);
  EXPECT_EQ(run({"mail", "retry", id}).out, "1 due now\n");
  const Said sent = run({"mail", "send", "--once", "yes"});
  EXPECT_EQ(sent.out, "sent 1, to nobody 0, given up 0, to be tried again 0\n") << sent.err;
  EXPECT_EQ(run({"mail", "list"}).out, "");
  EXPECT_TRUE(run({"mail", "list", "--state", "sent"}).out.starts_with(id + "  sent "));
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().extension() != ".eml") continue;
    ++files;
    EXPECT_EQ(entry.status().permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_NE(entry.path().filename().string().find("-address_in_use-" + id), std::string::npos);
    std::ifstream in(entry.path());
    std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_NE(text.find("To: <ann@example.com>\n"), std::string::npos) << text;
    EXPECT_EQ(text.find('\r'), std::string::npos);
  }
  EXPECT_EQ(files, 1);
}

TEST_F(MailCommands, WithoutASenderThereIsNothingToSend) {
  configure("MAIL_FROM", "");
  const Said said = run({"mail", "send", "--once", "yes"});
  EXPECT_EQ(said.status, 0);
  EXPECT_EQ(said.out, "MAIL_FROM is empty: no mail is written, so there is none to send\n");
}

}  // namespace
}  // namespace gatehouse::test
