// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr const char* kUrl = "/api/v1/admin/audit";

class AdminAudit : public World {
 protected:
  AdminAudit() {
    add_user({.username = "ada", .role = "admin"});
    token = access_token("ada");
    sql("DELETE FROM gh_audit");
    sql("ALTER TABLE gh_audit AUTO_INCREMENT = 1");
  }

  Answer ask(const std::string& query) { return get("admin_audit", bearer(token).at(kUrl + query)); }
  // The ids of the rows, in the order of the answer.
  static std::string ids_of(const Answer& answer) {
    std::string ids;
    for (const json::Value& item : answer.json.items) {
      ids += (ids.empty() ? "" : " ") + std::to_string(item.find("id")->integer().value_or(-1));
    }
    return ids;
  }
  std::string ids(const std::string& query) { return ids_of(ask(query)); }
  // What Link gives for the next page, as a query; "" without one.
  static std::string next_of(const Answer& answer) {
    const std::string link = answer.header("Link");
    if (link.empty()) return "";
    EXPECT_TRUE(link.starts_with("<" + std::string(kUrl) + "?")) << link;
    EXPECT_TRUE(link.ends_with(">; rel=\"next\"")) << link;
    return link.substr(1 + std::string_view(kUrl).size(), link.find('>') - 1 - std::string_view(kUrl).size());
  }
  // Follows Link to the end: "5 4|3 2|1".
  std::string pages(std::string query) {
    std::string all;
    for (int page = 0; page < 50; ++page) {
      const Answer answer = ask(query);
      all += (all.empty() ? "" : "|") + ids_of(answer);
      query = next_of(answer);
      if (query.empty()) return all;
    }
    return all + "|…";
  }
  void add_row(std::int64_t at, const std::string& event, const std::string& user) {
    sql("INSERT INTO gh_audit (at, event, user_id, address, user_agent, request_id) VALUES (" + std::to_string(at) +
        ", '" + event + "', " + user + ", '', '', '')");
  }

  std::string token;
};

TEST_F(AdminAudit, SaysAllThatIsOnRecordOfAnEvent) {
  sql("INSERT INTO gh_audit VALUES (NULL, 1772366400250, 'role_changed', 7, REPEAT('s', 16), UNHEX('0a000001'), "
      "'agent',"
      " 'r1', 8, REPEAT('k', 16), 'user -> admin')");
  const Answer answer = ask("");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(
      answer.body,
      "[{\"id\":1,\"at\":\"2026-03-01T12:00:00.250Z\",\"event\":\"role_changed\",\"severity\":\"critical\","
      "\"user_id\":7,\"actor_id\":8,\"session_id\":\"c3Nzc3Nzc3Nzc3Nzc3Nzcw\",\"key_id\":\"a2tra2tra2tra2tra2tra"
      "w\",\"address\":\"10.0.0.1\",\"user_agent\":\"agent\",\"request_id\":\"r1\",\"detail\":\"user -> admin\"}]");
  EXPECT_EQ(answer.header("Link"), "");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AdminAudit, AnEventOfANewerExecutableIsReadToo) {
  add_row(5, "of_the_future", "NULL");
  const Answer answer = ask("");
  EXPECT_EQ(answer.json.items.at(0).string_of("event"), "of_the_future");
  EXPECT_EQ(answer.json.items.at(0).string_of("severity"), "warning");
}

TEST_F(AdminAudit, FiltersByEventUserAndTime) {
  add_row(1000, "login_failure", "7");  // 1
  add_row(2000, "login_success", "7");
  add_row(2000, "login_failure", "8");
  add_row(3000, "login_failure", "7");
  add_row(1500, "logout", "NULL");  // 5
  const struct {
    const char* query;
    const char* ids;
  } cases[] = {
      {"", "4 3 2 5 1"},
      {"?event=login_failure", "4 3 1"},
      {"?user_id=7", "4 2 1"},
      {"?user_id=7&event=login_failure", "4 1"},
      {"?user_id=9", ""},
      {"?since=1970-01-01T00:00:02Z", "4 3 2"},
      {"?until=1970-01-01T00:00:02Z", "5 1"},
      {"?since=1970-01-01T00:00:01.500Z&until=1970-01-01T00:00:03.000Z", "3 2 5"},
      {"?since=1970-01-01T00:00:02.001Z&event=login_failure", "4"},
      {"?until=1970-01-01T00:00:02Z&user_id=7", "1"},
      {"?since=1970-01-01T00:00:03Z&until=1970-01-01T00:00:03Z", ""},
      {"?limit=2", "4 3"},
      {"?event=&user_id=&since=&limit=", "4 3 2 5 1"},
  };
  for (const auto& c : cases) EXPECT_EQ(ids(c.query), c.ids) << c.query;
}

TEST_F(AdminAudit, PagesFollowEachOtherWithoutAGapAlsoWithinOneMillisecondAndWhileRowsAreAdded) {
  for (int i = 0; i < 7; ++i) add_row(1000, i % 2 == 0 ? "login_failure" : "logout", "7");
  add_row(999, "logout", "8");
  EXPECT_EQ(pages("?limit=3"), "7 6 5|4 3 2|1 8");
  EXPECT_EQ(pages("?limit=4"), "7 6 5 4|3 2 1 8") << "the last full page has no next one";
  EXPECT_EQ(pages("?limit=1&event=login_failure"), "7|5|3|1");
  EXPECT_EQ(pages("?limit=2&user_id=7&event=logout"), "6 4|2");
  EXPECT_EQ(pages("?limit=2&until=1970-01-01T00:00:01.000Z"), "8");
  EXPECT_EQ(pages("?limit=3&since=1970-01-01T00:00:01Z&until=1970-01-01T00:00:01.001Z"), "7 6 5|4 3 2|1");
  const Answer first = ask("?limit=3");
  add_row(2000, "logout", "7");
  add_row(1000, "logout", "7");
  EXPECT_EQ(ids(next_of(first)), "4 3 2");
}

TEST_F(AdminAudit, AHundredWhereNobodySaysHowMany) {
  sql("INSERT INTO gh_audit (at, event, address, user_agent, request_id) SELECT seq, 'logout', '', '', '' FROM "
      "seq_1_to_501");
  EXPECT_EQ(ask("").json.items.size(), 100U);
  const Answer most = ask("?limit=500");
  EXPECT_EQ(most.json.items.size(), 500U);
  EXPECT_EQ(ids(next_of(most)), "1");
}

TEST_F(AdminAudit, JsonLinesWhereAcceptSaysSo) {
  add_row(1000, "logout", "7");
  add_row(2000, "logout", "7");
  const std::string array = ask("").body;
  for (const char* accept :
       {"application/x-ndjson", "text/html, Application/X-NDJSON;q=0.9", "a/b,application/x-ndjson"}) {
    const Answer answer = get("admin_audit", bearer(token).at(std::string(kUrl) + "?limit=1").with("Accept", accept));
    EXPECT_EQ(answer.content_type, "application/x-ndjson") << accept;
    EXPECT_EQ(answer.body, array.substr(1, array.find("},{")) + "\n");
    EXPECT_NE(answer.header("Link"), "");
  }
  for (const char* accept : {"application/json", "*/*", "", "application/x-ndjsonx", "x-ndjson", ",", ",,;"}) {
    EXPECT_EQ(get("admin_audit", bearer(token).at(kUrl).with("Accept", accept)).content_type, "application/json")
        << accept;
  }
  sql("DELETE FROM gh_audit");
  EXPECT_EQ(get("admin_audit", bearer(token).at(kUrl).with("Accept", "application/x-ndjson")).body, "");
}

TEST_F(AdminAudit, NonsenseIsNamed) {
  for (const char* query : {"event=x", "event=login_failure'", "user_id=0", "user_id=-1", "user_id=9223372036854775808",
                            "since=2026-03-01", "since=yesterday", "until=2026-02-30T00:00:00Z", "cursor=x",
                            "cursor=AAAAAAAAAAAAAAAAAAAAAB", "limit=0", "limit=501", "limit=x"}) {
    const Answer answer = ask("?" + std::string(query));
    EXPECT_EQ(answer.status, 422) << query;
    EXPECT_EQ(answer.wrong_fields(), std::string(query).substr(0, std::string_view(query).find('='))) << query;
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AdminAudit, NeedsThePermissionAndTheScope) {
  add_user({.username = "mo", .role = "moderator"});
  const std::string mos = access_token("mo");
  const std::string without_scope = access_token("ada", {{"scope", "profile:read"}});
  EXPECT_EQ(get("admin_audit", bearer(mos)).status, 403);
  EXPECT_EQ(get("admin_audit", bearer(without_scope)).status, 403);
  EXPECT_EQ(get("admin_audit").status, 401);
  EXPECT_EQ(get("admin_audit", with_key(api_key("ada", {{"scopes", "admin"}}))).status, 200);
  EXPECT_EQ(get("admin_audit", with_key(api_key("ada", {{"scopes", "profile:read"}}))).status, 403);
}

}  // namespace
}  // namespace gatehouse::test
