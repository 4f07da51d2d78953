// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>
#include <utility>

#include "support/factor.h"
#include "support/proxy.h"
#include "support/session_world.h"

namespace gatehouse::test {
namespace {

using Harm = Proxy::Harm;
using Moment = Proxy::Moment;

// One try, on a session of a user of its own.
struct Trial {
  std::string username;
  Answer tokens;
  Answer successor;   // where the operation is a replay
  std::string token;  // where it is one that was mailed
};

enum class Happened { no, yes };

struct Operation {
  std::string endpoint;
  std::function<void(Trial&)> arrange;
  std::function<Call(const Trial&)> call;
  std::string whole;  // what has changed when it has happened
  std::string twice;  // the same where a repeat can't know that it is one
  // After the connection was lost: the answer, as if nothing had been.
  std::function<void(const Trial&, const Answer&)> answered;
  // After the process was killed: the same request again.
  std::function<void(const Trial&, Happened, const Answer&)> asked_again;
};

// Harm is done at every statement of a request, START TRANSACTION and COMMIT among them: the connection is lost, or the
// process killed, before the server has read the statement or after it has done it. Afterwards there are never two
// successors that are good, never a session that has ended and answers 200, and no revocation is lost.
class Faults : public SessionWorld {
 protected:
  // Whether it came to the statement.
  bool cut_at(int statement, Moment moment, const std::string& endpoint, const Call& call, Answer& answer) {
    Proxy proxy;
    WebHead fresh = another_head({{"DATABASE_URL", proxy.url()}});
    proxy.plan({.harm = Harm::cuts, .moment = moment, .statement = statement});
    answer = fresh.send(endpoint, call);
    return proxy.harmed() > 0;
  }

  // Whether it came to the statement; if not, only the answer was lost.
  bool kill_at(int statement, Moment moment, const std::string& endpoint, const Call& call) {
    const TemporaryFolder folder;
    const std::string socket = folder.path() + "/sock";
    WebHead fresh = another_head({{"DATABASE_URL", Proxy::url_of(socket)}});
    const pid_t child = ::fork();
    if (child == 0) {
      Proxy proxy(socket);
      proxy.plan({.harm = Harm::kills, .moment = moment, .statement = statement});
      fresh.send(endpoint, call);
      ::_exit(HasFailure() ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
    EXPECT_EQ(status, 0);
    return false;
  }

  Trial arrange(const Operation& operation) {
    clock.advance(minutes(1));  // else replays would be a flood
    Trial trial{.username = "user-" + std::to_string(++trials_), .tokens = {}, .successor = {}, .token = {}};
    trial.tokens = start(trial.username);
    EXPECT_TRUE(opens(trial.tokens));
    if (operation.arrange) operation.arrange(trial);
    changes();
    return trial;
  }

  // Answers how many statements there were.
  int cut_each(const Operation& operation, Moment moment) {
    int at = 0;
    for (bool harmed = true; harmed; ++at) {
      SCOPED_TRACE("cut at " + std::to_string(at));
      const Trial trial = arrange(operation);
      Answer answer;
      harmed = cut_at(at, moment, operation.endpoint, operation.call(trial), answer);
      const std::string changed = changes();
      EXPECT_TRUE(changed == operation.whole || changed == operation.twice) << changed;
      operation.answered(trial, answer);
    }
    return at - 1;
  }

  // Answers for each statement whether the request had happened after all: "nnny", at last the one that nothing harmed.
  std::string kill_each(const Operation& operation, Moment moment) {
    std::string happened;
    int at = 0;
    for (bool harmed = true; harmed; ++at) {
      SCOPED_TRACE("killed at " + std::to_string(at));
      const Trial trial = arrange(operation);
      harmed = kill_at(at, moment, operation.endpoint, operation.call(trial));
      const std::string changed = changes();
      EXPECT_TRUE(changed == operation.whole || changed == "nothing") << "half of a unit was kept: " << changed;
      happened += changed == operation.whole ? 'y' : 'n';
      operation.asked_again(trial, changed == operation.whole ? Happened::yes : Happened::no,
                            send(operation.endpoint, operation.call(trial)));
    }
    return happened;
  }

  // COMMIT is the last statement of them all: what happened before it did not, and after it did.
  void harm_each(const Operation& operation, int at_least) {
    const int statements = cut_each(operation, Moment::before);
    EXPECT_GE(statements, at_least);
    EXPECT_EQ(cut_each(operation, Moment::after), statements);
    const auto until_commit = std::string(static_cast<std::size_t>(statements - 1), 'n');
    EXPECT_EQ(kill_each(operation, Moment::before), until_commit + "ny");
    EXPECT_EQ(kill_each(operation, Moment::after), until_commit + "yy");
  }

 private:
  int trials_ = 0;
};

constexpr const char* kOneTurn = "gh_audit +1, gh_sessions ~1";

TEST_F(Faults, ARefreshMakesOneSuccessorAndAnHonestRetryGetsIt) {
  harm_each({.endpoint = "auth_refresh",
             .arrange = nullptr,
             .call = [](const Trial& trial) { return refresh(trial.tokens).with("Idempotency-Key", kRetryKey); },
             .whole = kOneTurn,
             .twice = {},
             .answered = [&](const Trial&, const Answer& answer) { expect_alive(answer); },
             .asked_again = [&](const Trial&, Happened, const Answer& answer) { expect_alive(answer); }},
            6);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE ended_at IS NOT NULL"), "0");
}

TEST_F(Faults, ARefreshWithoutARetryKeyMakesOneSuccessorOrEndsTheSession) {
  harm_each({.endpoint = "auth_refresh",
             .arrange = nullptr,
             .call = [](const Trial& trial) { return refresh(trial.tokens); },
             .whole = kOneTurn,
             .twice = {},
             .answered = [&](const Trial&, const Answer& answer) { expect_alive(answer); },
             .asked_again =
                 [&](const Trial& trial, Happened happened, const Answer& answer) {
                   if (happened == Happened::no) return expect_alive(answer);
                   EXPECT_TRUE(is_reuse(answer)) << answer.body;
                   expect_dead(trial.tokens);
                 }},
            6);
}

TEST_F(Faults, ALogoutIsALogoutOrIsDoneByTheNextTry) {
  harm_each({.endpoint = "auth_logout",
             .arrange = nullptr,
             .call = [](const Trial& trial) { return logout(trial.tokens); },
             .whole = kOneTurn,
             .twice = {},
             .answered =
                 [&](const Trial& trial, const Answer& answer) {
                   EXPECT_EQ(answer.status, 200);
                   expect_dead(trial.tokens);
                 },
             .asked_again =
                 [&](const Trial& trial, Happened happened, const Answer& answer) {
                   EXPECT_EQ(answer.status, happened == Happened::yes ? 401 : 200);
                   expect_dead(trial.tokens);
                 }},
            5);
}

TEST_F(Faults, APasswordChangeHappensOnceOrIsDoneByTheNextTry) {
  harm_each({.endpoint = "auth_change_password",
             .arrange = nullptr,
             .call = [](const Trial& trial) { return change_password(trial.tokens); },
             .whole = "gh_audit +1, gh_passwords ~1, gh_sessions ~1",
             .twice = {},
             .answered =
                 [&](const Trial& trial, const Answer& answer) {
                   EXPECT_EQ(answer.status, 200);
                   expect_dead(trial.tokens);
                   expect_only_the_new_password(trial.username);
                 },
             .asked_again =
                 [&](const Trial& trial, Happened happened, const Answer& answer) {
                   EXPECT_EQ(answer.status, happened == Happened::yes ? 401 : 200);
                   expect_dead(trial.tokens);
                   expect_only_the_new_password(trial.username);
                 }},
            10);
}

// ---- what is done with a token that was mailed: once, whole, and nothing is lost ----

TEST_F(Faults, AResetHappensOnceOrIsDoneByTheNextTry) {
  set("MAIL_FROM", "auth@example.com");
  const auto whole_of = [&](const Trial& trial) {
    expect_dead(trial.tokens);
    expect_only_the_new_password(trial.username);
  };
  harm_each({.endpoint = "auth_reset_password",
             .arrange =
                 [&](Trial& trial) {
                   post("auth_forgot_password", json_object({{"email", trial.username + "@example.com"}}));
                   trial.token = mailed("reset_password");
                 },
             .call =
                 [](const Trial& trial) {
                   return json_object({{"token", trial.token}, {"new_password", kNewPassword}}).by("POST");
                 },
             .whole = "gh_audit +1, gh_outbox +1, gh_passwords ~1, gh_recovery_tokens ~1, gh_sessions ~1",
             .twice = {},
             .answered =
                 [&](const Trial& trial, const Answer& answer) {
                   EXPECT_EQ(answer.status, 200) << answer.body;
                   whole_of(trial);
                 },
             .asked_again =
                 [&](const Trial& trial, Happened happened, const Answer& answer) {
                   EXPECT_EQ(answer.status, happened == Happened::yes ? 400 : 200) << answer.body;
                   whole_of(trial);
                 }},
            12);
}

TEST_F(Faults, AChangeOfAddressIsMadeOnceOrByTheNextTry) {
  set("MAIL_FROM", "auth@example.com");
  const auto whole_of = [&](const Trial& trial) {
    EXPECT_EQ(value("SELECT email FROM gh_users WHERE username = '" + trial.username + "'"),
              trial.username + "@new.example.com");
    EXPECT_EQ(
        value("SELECT COUNT(*) FROM gh_recovery_tokens t JOIN gh_users u ON u.id = t.user_id WHERE u.username = '" +
              trial.username + "' AND purpose = 'undo' AND used_at IS NULL"),
        "1");
  };
  harm_each({.endpoint = "auth_verify_email",
             .arrange =
                 [&](Trial& trial) {
                   send("users_me", json_object({{"email", trial.username + "@new.example.com"}})
                                        .bearing(trial.tokens.text("access_token"))
                                        .by("PUT"));
                   trial.token = mailed("change_email");
                 },
             .call =
                 [](const Trial& trial) {
                   return json_object({{"token", trial.token}}).bearing(trial.tokens.text("access_token")).by("POST");
                 },
             .whole = "gh_audit +1, gh_email_tokens ~1, gh_outbox +1, gh_recovery_tokens +1, gh_users ~1",
             .twice = {},
             .answered =
                 [&](const Trial& trial, const Answer& answer) {
                   EXPECT_EQ(answer.status, 200) << answer.body;
                   whole_of(trial);
                 },
             .asked_again =
                 [&](const Trial& trial, Happened happened, const Answer& answer) {
                   EXPECT_EQ(answer.status, happened == Happened::yes ? 400 : 200) << answer.body;
                   whole_of(trial);
                 }},
            12);
}

TEST_F(Faults, AChangeOfAddressIsUndoneOnceOrByTheNextTry) {
  set("MAIL_FROM", "auth@example.com");
  const auto whole_of = [&](const Trial& trial) {
    EXPECT_EQ(value("SELECT email FROM gh_users WHERE username = '" + trial.username + "'"),
              trial.username + "@example.com");
    expect_dead(trial.tokens);
    EXPECT_EQ(send("auth_token", login(trial.username, kPassword)).status, 401);
  };
  harm_each(
      {.endpoint = "auth_email_change_undo",
       .arrange =
           [&](Trial& trial) {
             const std::string access = trial.tokens.text("access_token");
             send("users_me", json_object({{"email", trial.username + "@new.example.com"}}).bearing(access).by("PUT"));
             post("auth_verify_email", json_object({{"token", mailed("change_email")}}).bearing(access));
             trial.token = mailed("email_changed");
           },
       .call =
           [](const Trial& trial) {
             return json_object({{"token", trial.token}}).by("POST");
           },
       .whole = "gh_audit +1, gh_outbox +1, gh_passwords -1, gh_recovery_tokens +1 ~1, "
                "gh_sessions ~1, gh_users ~1",
       .twice = {},
       .answered =
           [&](const Trial& trial, const Answer& answer) {
             EXPECT_EQ(answer.status, 200) << answer.body;
             whole_of(trial);
           },
       .asked_again =
           [&](const Trial& trial, Happened happened, const Answer& answer) {
             EXPECT_EQ(answer.status, happened == Happened::yes ? 400 : 200) << answer.body;
             whole_of(trial);
           }},
      10);
}

TEST_F(Faults, ARequestForAMailSendsOneThatIsGood) {
  set("MAIL_FROM", "auth@example.com");
  const auto is_good = [&] {
    return send("auth_reset_password",
                json_object({{"token", mailed("reset_password")}, {"new_password", kNewPassword}}).by("POST"))
               .status == 200;
  };
  harm_each({.endpoint = "auth_forgot_password",
             .arrange = nullptr,
             .call =
                 [&](const Trial& trial) {
                   clock.advance(milliseconds(1));  // each mail has a time of its own
                   return json_object({{"email", trial.username + "@example.com"}}).by("POST");
                 },
             .whole = "gh_audit +1, gh_audit_counts +1, gh_outbox +1, gh_recovery_tokens +1",
             .twice = "gh_audit +2, gh_audit_counts +1, gh_outbox +1, gh_recovery_tokens +1",
             .answered =
                 [&](const Trial&, const Answer& answer) {
                   EXPECT_EQ(answer.status, 202) << answer.body;
                   EXPECT_TRUE(is_good());
                 },
             .asked_again = [&](const Trial&, Happened, const Answer&) { EXPECT_TRUE(is_good()); }},
            6);
}

TEST_F(Faults, AReplayEndsTheSessionAndSoDoesItsNextTry) {
  harm_each({.endpoint = "auth_refresh",
             .arrange =
                 [&](Trial& trial) {
                   trial.successor = send("auth_refresh", refresh(trial.tokens));
                   EXPECT_TRUE(opens(trial.successor));
                 },
             .call = [](const Trial& trial) { return refresh(trial.tokens); },
             .whole = "gh_audit +1, gh_audit_counts +1, gh_sessions ~1",
             .twice = "gh_audit +2, gh_audit_counts +1, gh_sessions ~1",
             .answered =
                 [&](const Trial& trial, const Answer& answer) {
                   EXPECT_TRUE(is_reuse(answer)) << answer.body;
                   EXPECT_FALSE(opens(trial.tokens));
                   expect_dead(trial.successor);
                 },
             .asked_again =
                 [&](const Trial& trial, Happened, const Answer& answer) {
                   EXPECT_TRUE(is_reuse(answer)) << answer.body;
                   EXPECT_FALSE(opens(trial.tokens));
                   expect_dead(trial.successor);
                 }},
            7);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE ended_why IS NULL OR ended_why <> 'reuse'"), "0");
}

// Its two units are apart: a try is taken before the code is looked at. So what is one is asked of the tables.
TEST_F(Faults, TheSecondStepOfALoginStartsOneSessionAndUsesTheCodeWithItOrNeither) {
  add_user();
  for (const std::string& statement : factor_of(1)) sql(statement);
  const Call first = login("ann", kPassword);
  const auto count = [&](const std::string& what) { return value("SELECT COUNT(*) FROM " + what); };
  for (const Moment moment : {Moment::before, Moment::after}) {
    for (const bool kills : {false, true}) {
      bool harmed = true;
      for (int at = 0; harmed; ++at) {
        SCOPED_TRACE((kills ? "killed at " : "cut at ") + std::to_string(at));
        clock.advance(minutes(2));
        sql("DELETE FROM gh_sessions");
        sql("DELETE FROM gh_login_steps");
        sql("UPDATE gh_totp SET last_step = 0");
        const std::string token = send("auth_token", first).text("mfa_token");
        const std::string shown = code_at(clock.now());
        const Call second = json_object({{"mfa_token", token}, {"code", shown}}).by("POST");
        Answer answer;
        harmed = kills ? kill_at(at, moment, "auth_token_mfa", second)
                       : cut_at(at, moment, "auth_token_mfa", second, answer);
        const std::string begun = count("gh_sessions");
        EXPECT_EQ(begun, count("gh_totp WHERE last_step > 0"));
        EXPECT_EQ(begun, count("gh_login_steps WHERE used_at IS NOT NULL"));
        if (!kills) {
          EXPECT_EQ(answer.status, 200) << answer.body;
          EXPECT_TRUE(opens(answer));
          EXPECT_EQ(begun, "1");
          continue;
        }
        const Answer again = send("auth_token_mfa", second);
        EXPECT_EQ(again.status, begun == "1" ? 401 : 200) << again.body;
        EXPECT_EQ(count("gh_sessions"), "1");
      }
    }
  }
}

// The answer to a refresh's COMMIT is held while somebody else does something; then it comes after all, or never.
class LateAnswers : public SessionWorld {
 protected:
  Answer refresh_held(const std::function<void()>& meanwhile, void (Proxy::*then)()) {
    Proxy proxy;
    WebHead slow = another_head({{"DATABASE_URL", proxy.url()}});
    slow.others_audit = true;
    proxy.plan({.harm = Harm::holds, .moment = Moment::after, .statement = Proxy::kNextCommit});
    Answer answer;
    std::thread waiting([&] { answer = slow.send("auth_refresh", refresh(tokens)); });
    proxy.wait_until_held();
    meanwhile();
    if (then) (proxy.*then)();
    waiting.join();
    return answer;
  }

  Answer tokens;
};

TEST_F(LateAnswers, ARefreshWhoseCommitIsAnsweredLateIsTheOnlyOne) {
  tokens = start("ann");
  Answer replay;
  const Answer answer = refresh_held([&] { replay = send("auth_refresh", refresh(tokens)); }, &Proxy::let_go);
  EXPECT_TRUE(is_reuse(replay)) << "it is spent as soon as it is committed";
  EXPECT_EQ(answer.status, 200);
  expect_dead(answer);
}

TEST_F(LateAnswers, ARefreshWhoseAnswerWasSwallowedGivesNothingOfASessionThatEndedMeanwhile) {
  tokens = start("ann");
  const Answer answer =
      refresh_held([&] { EXPECT_EQ(send("auth_logout", bearer(tokens.text("access_token")).by("POST")).status, 200); },
                   &Proxy::cut_held);
  EXPECT_EQ(answer.status, 401);
  EXPECT_FALSE(is_reuse(answer)) << "its owner ended it";
  EXPECT_EQ(value("SELECT ended_why FROM gh_sessions"), "logout");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'token_reuse_detected'"), "0");
  expect_dead(tokens);
}

// The connection stays, and nothing comes: it is for the process to give up waiting (after 15 seconds).
TEST_F(LateAnswers, ARefreshWhoseAnswerNeverComesGivesTheSuccessorThatStands) {
  tokens = start("ann");
  const Answer answer = refresh_held([] {}, nullptr);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'token_refresh'"), "1");
  expect_alive(answer);
}

}  // namespace
}  // namespace gatehouse::test
