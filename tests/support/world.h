// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/tables.h"
#include "support/web_head.h"

namespace gatehouse::test {

inline constexpr const char* kPassword = "Correct-Horse-1";

struct Person {
  std::string username = "ann";
  std::string email{};  // left out: USERNAME@example.com
  std::string role = "user";
  std::string password = kPassword;
  bool is_verified = true;
};

// The whole test world: an empty installation with one signing key, noon of 1 March 2026. Members that arrange
// (add_user, log_in, set, sql) leave nothing behind in changes() and audit(); what a test sends does.
class World : public testing::Test {
 protected:
  World();

  Answer get(const std::string& endpoint, Call call = {}) { return send(endpoint, std::move(call).by("GET")); }
  Answer post(const std::string& endpoint, Call call) { return send(endpoint, std::move(call).by("POST")); }
  Answer send(const std::string& endpoint, Call call) { return head().send(endpoint, std::move(call)); }

  // Arranges. add_user answers the new id, log_in the token endpoint's answer.
  std::int64_t add_user(const Person& person = {});
  Answer log_in(const std::string& username = "ann", const Fields& more = {});
  std::string access_token(const std::string& username = "ann", const Fields& more = {});
  // A new one, made by a fresh login of theirs.
  std::string api_key(const std::string& username = "ann", const Fields& wanted = {});
  void set(const std::string& key, const std::string& value);  // a setting; the processes start anew with it
  void sql(const std::string& statement);
  void rotate_key();

  // What happened since something was last arranged, or these were last asked.
  std::string changes();
  std::string audit() { return tables_.audit(); }
  // What waits in the outbox, oldest first: "reset_password user=1 to ann@example.com {"token":"…"}\n" each; `to` is
  // missing where it goes to the account's address. Nobody's mail is not among it. MAIL_FROM turns mail on.
  std::string mail();
  // What the newest mail of this topic was filled in with; "" where there is none.
  std::string mailed(const std::string& topic, const std::string& name = "token");
  // "SELECT …" of one value.
  std::string value(const std::string& select);

  WebHead& head();
  WebHead another_head(const Config& more = {});
  // Calls that wait in one queue for processes that each have a web head; `warm` is done in each before any begins.
  struct Crowd {
    int calls = 1;
    int processes = 1;
    std::function<void(WebHead&)> warm{};
    bool is_mixed = false;  // of several endpoints, so that one sees the audit records of another
  };
  std::vector<Answer> in_parallel(const Crowd& crowd, const std::function<Answer(WebHead&, int)>& each);
  // Of an operator's command: root's account, and the power to mint nothing.
  Occasion operators_occasion(const std::string& request_id = "operator");
  // At once, each in a process and a web head of its own; the answers in the order of their numbers.
  std::vector<Answer> in_parallel(int count, const std::function<Answer(WebHead&, int)>& each);

  FakeClock clock;
  db::Admin admin;

 private:
  Process& operators();

  Config config_;
  Tables tables_;
  std::uint64_t seed_ = 0;
  CountedRandomness random_{1};
  std::unique_ptr<WebHead> head_;
  std::unique_ptr<Process> operators_;
};

}  // namespace gatehouse::test
