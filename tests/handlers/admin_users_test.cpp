// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "support/administration_world.h"

namespace gatehouse::test {
namespace {

class AdminUsers : public AdministrationWorld {
 protected:
  Answer list(const std::string& query, const std::string& who = "max") {
    return ask("admin_users", who, "/users" + query);
  }
  static std::string names(const Answer& answer) {
    std::string text;
    for (const json::Value& user : answer.json.items) {
      text += (text.empty() ? "" : " ") + std::string(user.string_of("username"));
    }
    return text;
  }
  // The query of the next page; "" where there is none.
  static std::string next(const Answer& answer) {
    const std::string link = answer.header("Link");
    if (link.empty()) return "";
    EXPECT_TRUE(link.starts_with("</api/v1/admin/users?") && link.ends_with(">; rel=\"next\"")) << link;
    return link.substr(link.find('?'), link.find('>') - link.find('?'));
  }
  // Every page from this one on, apart by " | ".
  std::string walk(const std::string& query) {
    Answer page = list(query);
    std::string text = names(page);
    for (int pages = 1; !next(page).empty() && pages < 50; ++pages) {
      page = list(next(page));
      text += " | " + names(page);
    }
    return text;
  }
  void add_many(int count, const std::string& columns, const std::string& values) {
    sql("INSERT INTO gh_users (birth, created_at, updated_at, " + columns + ") SELECT '', 0, 0, " + values +
        " FROM seq_1_to_" + std::to_string(count));
  }
};

TEST_F(AdminUsers, AnswersByIdWithTheTotalAndTheNextPage) {
  struct Case {
    const char* query;
    const char* names;
    const char* total;
  };
  const Case cases[] = {
      {"", "root ada al max bob eve", "6"},
      {"?limit=100&skip=0", "root ada al max bob eve", "6"},
      {"?limit=2", "root ada | al max | bob eve", "6"},
      {"?limit=2&skip=3", "max bob | eve", "6"},
      {"?skip=6", "", "6"},
      {"?skip=10000", "", "6"},
      {"?role=admin", "ada al", "2"},
      {"?role=admin&limit=1", "ada | al", "2"},
      {"?role=super_admin&is_active=true", "root", "1"},
      {"?is_active=false", "", "0"},
      {"?is_active=true&limit=4", "root ada al max | bob eve", "6"},
      {"?role=user&is_active=true&limit=1", "bob | eve", "2"},
      {"?role=user&is_active=false", "", "0"},
      {"?q=&role=&limit=", "root ada al max bob eve", "6"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(walk(each.query), each.names) << each.query;
    EXPECT_EQ(list(each.query).header("X-Total-Count"), each.total) << each.query;
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AdminUsers, TheTotalFollowsWhatBecomesOfPeople) {
  ask("admin_users_id", "ada", json_text(R"({"is_active":false})").by("PATCH").at("/users/5"));
  ask("admin_users_id_role", "ada", json_text(R"({"role":"moderator"})").by("PUT").at("/users/6/role"));
  EXPECT_EQ(list("?is_active=false").header("X-Total-Count"), "1");
  EXPECT_EQ(list("?role=user&is_active=true").header("X-Total-Count"), "0");
  EXPECT_EQ(names(list("?role=moderator")), "max eve");
  ask("admin_users_id", "ada", Call{}.by("DELETE").at("/users/5"));
  EXPECT_EQ(list("").header("X-Total-Count"), "5");
}

TEST_F(AdminUsers, SearchesByHowANameAndThenAnEmailBegins) {
  add_user({.username = "bobby", .email = "zoe@example.com"});
  add_user({.username = "zed", .email = "BOB.the.builder@example.com"});
  add_user({.username = "a-a", .email = "bo@example.com"});
  struct Case {
    const char* query;
    const char* names;
    const char* total;
  };
  const Case cases[] = {
      {"?q=bob", "bob bobby zed", "3"},
      {"?q=BOB", "bob bobby zed", "3"},
      {"?q=bo", "bob bobby a-a zed", "4"},
      {"?q=bo&limit=1", "bob | bobby | a-a | zed", "4"},
      {"?q=bo&limit=2", "bob bobby | a-a zed", "4"},
      {"?q=bo&limit=3", "bob bobby a-a | zed", "4"},
      {"?q=bo&skip=1", "bobby a-a zed", "4"},
      {"?q=bo&skip=3", "zed", "4"},
      {"?q=bo&skip=4", "", "4"},
      {"?q=a&role=admin&limit=1", "ada | al", "2"},
      {"?q=a&role=user", "a-a", "1"},
      {"?q=bob&is_active=false", "", "0"},
      {"?q=bob%40example.com", "bob", "1"},
      {"?q=bob-", "", "0"},
      {"?q=%25", "", "0"},
      {"?q=bo_", "", "0"},
      {"?q=%C3%BC", "", "0"},
      {"?q=%27%20OR%201=1%20--", "", "0"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(walk(each.query), each.names) << each.query;
    EXPECT_EQ(list(each.query).header("X-Total-Count"), each.total) << each.query;
  }
}

TEST_F(AdminUsers, APageStaysWhereItWasWhilePeopleComeAndGo) {
  const std::string by_id = next(list("?limit=2"));
  const std::string by_name = next(list("?limit=1&q=a"));
  sql("DELETE FROM gh_users WHERE username IN ('root', 'ada')");
  EXPECT_EQ(names(list(by_id)), "al max");
  EXPECT_EQ(names(list(by_name)), "al");
}

TEST_F(AdminUsers, ASearchLooksAtNoMoreThanTenThousandOfEachIndex) {
  add_many(10'005, "username, username_key, email, email_key, role",
           "CONCAT('many-', LPAD(seq, 5, '0')), CONCAT('many-', LPAD(seq, 5, '0')), CONCAT('x', seq, '@e.x'),"
           " CONCAT('x', seq, '@e.x'), IF(seq > 10000, 'moderator', 'user')");
  const Answer all = list("?q=many&limit=1");
  EXPECT_EQ(all.header("X-Total-Count"), "10000+");
  EXPECT_EQ(names(all), "many-00001");
  // None of the first ten thousand is one; the page says where to look on.
  const Answer few = list("?q=many&role=moderator");
  EXPECT_EQ(few.header("X-Total-Count"), "0+");
  EXPECT_EQ(names(few), "");
  EXPECT_EQ(names(list(next(few))), "many-10001 many-10002 many-10003 many-10004 many-10005");
  EXPECT_EQ(next(list(next(few))), "");
}

TEST_F(AdminUsers, WhatIsOutOfRangeIsNamed) {
  struct Case {
    const char* query;
    const char* fields;
  };
  const std::string cursor = next(list("?limit=1"));
  const Case cases[] = {
      {"?skip=-1", "skip"},
      {"?skip=10001", "skip"},
      {"?skip=x", "skip"},
      {"?skip=9223372036854775808", "skip"},
      {"?limit=0", "limit"},
      {"?limit=-1", "limit"},
      {"?limit=101", "limit"},
      {"?limit=1.5", "limit"},
      {"?limit=1%20", "limit"},
      {"?skip=-1&limit=101", "skip limit"},
      {"?role=emperor", "role"},
      {"?is_active=1", "is_active"},
      {"?is_active=TRUE", "is_active"},
      {"?page=2", "page"},
      {"?cursor=x", "cursor"},
      {"?cursor=!!!!", "cursor"},
      {"?cursor=aTI", "cursor"},     // "i2", no blank
      {"?cursor=eDIg", "cursor"},    // "x2 "
      {"?cursor=aS0xIA", "cursor"},  // "i-1 "
      {"?cursor=aTk5OTk5OTk5OTk5OTk5OTk5OTk5IA", "cursor"},
      {"?cursor=aTIg&skip=1", "skip"},  // "i2 "
      {"?cursor=aTIg&q=a", "cursor"},
  };
  for (const Case& each : cases) {
    const Answer answer = list(each.query);
    EXPECT_EQ(answer.status, 422) << each.query << answer.body;
    EXPECT_EQ(answer.wrong_fields(), each.fields) << each.query;
  }
  EXPECT_EQ(list(cursor).status, 200);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AdminUsers, IsForThoseWhoMayReadAllUsers) {
  play("admin_users", {{"a super_admin", "root", Call{}.by("GET").at("/users"), 200},
                       {"an admin", "ada", Call{}.by("GET").at("/users"), 200},
                       {"a moderator", "max", Call{}.by("GET").at("/users"), 200},
                       {"a user", "bob", Call{}.by("GET").at("/users"), 403}});
  const std::string weak = access_token("ada", {{"scope", "profile:read users:write admin"}});
  EXPECT_EQ(send("admin_users", bearer(weak).by("GET")).status, 403) << "a login without the scope";
}

TEST_F(AdminUsers, TakesAnApiKeyOfTheScopeAndNoOther) {
  const std::string good = api_key("max", {{"name", "good"}, {"scopes", "users:read"}});
  const std::string weak = api_key("max", {{"name", "weak"}, {"scopes", "profile:read"}});
  EXPECT_EQ(get("admin_users", with_key(good)).status, 200);
  EXPECT_EQ(get("admin_users", with_key(weak)).status, 403);
  sql("UPDATE gh_users SET role = 'user' WHERE username = 'max'");
  EXPECT_EQ(get("admin_users", with_key(good)).status, 403) << "demoted since the key was made";
}

}  // namespace
}  // namespace gatehouse::test
