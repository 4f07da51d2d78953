// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class Posts : public World {
 protected:
  Answer write(const std::string& token, const std::string& title, const std::string& body = "A body") {
    return post("posts", json_object({{"title", title}, {"body", body}}).bearing(token));
  }
  Answer list(Call call = {}) { return get("posts", std::move(call)); }
  // The titles that an answer lists: "c b a".
  static std::string titles(const Answer& answer) {
    std::string text;
    for (const json::Value& each : answer.json.items) {
      text += (text.empty() ? "" : " ") + std::string(each.string_of("title"));
    }
    return text;
  }
  // Whether the post at this place in a list is shown as its owner sees it.
  static bool in_full(const Answer& answer, std::size_t place) {
    const json::Value& post = answer.json.items.at(place);
    EXPECT_EQ(post.string_of("edit_url").empty(), post.string_of("analytics").empty());
    return !post.string_of("edit_url").empty();
  }
};

TEST_F(Posts, APostIsItsWritersAndOnRecord) {
  add_user();
  const std::string token = access_token();
  const Answer answer = write(token, "First", "Good morning");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body,
            R"({"id":1,"owner_id":1,"title":"First","body":"Good morning","created_at":"2026-03-01T12:00:00.250Z",)"
            R"("updated_at":"2026-03-01T12:00:00.250Z","edit_url":"https://auth.example.com/api/v1/posts/1",)"
            R"("analytics":"12 characters"})");
  EXPECT_EQ(audit(), "post_created user=1 session address=10.0.0.1 \"post 1\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_posts +1");
}

TEST_F(Posts, AKeyMayWriteWithTheScope) {
  add_user();
  const std::string writes = api_key("ann", {{"name", "w"}, {"scopes", "posts:write"}});
  const std::string reads = api_key("ann", {{"name", "r"}, {"scopes", "posts:read"}});
  const auto draft = [] { return json_object({{"title", "By key"}, {"body", "x"}}); };
  const Answer answer = post("posts", draft().keyed(writes));
  EXPECT_EQ(answer.status, 201);
  EXPECT_TRUE(answer.json.find("edit_url")->is(json::Kind::null)) << "that is for who may read posts";
  EXPECT_EQ(audit(), "post_created user=1 key address=10.0.0.1 \"post 1\"\n");
  const Answer refused = post("posts", draft().keyed(reads));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.header("WWW-Authenticate"),
            "Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"posts:write\"");
  EXPECT_EQ(post("posts", draft()).status, 401);
}

TEST_F(Posts, WithoutThePermissionNobodyWrites) {
  add_user();
  const std::string token = access_token();
  sql("DELETE FROM gh_role_rights WHERE role = 'user' AND word = 'create:post'");
  clock.advance(seconds(1));
  const Answer answer = write(token, "No");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.detail(), "needs permission create:post");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_posts"), "0");
}

TEST_F(Posts, WordsComeBackAsTheyWereWritten) {
  add_user();
  const std::string token = access_token();
  for (const std::string& words :
       {std::string("O'Brien"), std::string("<script>alert(1)</script>"), std::string("'; DROP TABLE gh_posts; --"),
        std::string("a & b &amp; c"), std::string("\xf0\x9f\x98\x80 \xc3\xbc"), std::string(" blanks ")}) {
    const Answer answer = write(token, words, words + "\n\t\"" + words);
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer.text("title"), words);
    EXPECT_EQ(answer.text("body"), words + "\n\t\"" + words);
    const Answer read = get("posts_id", Call{}.at("/api/v1/posts/" + std::to_string(answer.integer("id"))));
    EXPECT_EQ(read.text("title"), words);
    EXPECT_EQ(read.text("body"), words + "\n\t\"" + words);
  }
  EXPECT_NE(list().body.find("<script>alert(1)</script>"), std::string::npos) << "not escaped for HTML in JSON";
}

TEST_F(Posts, BoundsAreInCharactersAndNotInBytes) {
  add_user();
  const std::string token = access_token();
  const auto many = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "\xc3\xbc";
    return text;
  };
  EXPECT_EQ(write(token, many(200), many(10'000)).status, 201);
  EXPECT_EQ(write(token, many(201), many(10'001)).wrong_fields(), "title body");
  EXPECT_EQ(write(token, "", "").wrong_fields(), "title body");
  EXPECT_EQ(write(token, " ", "x").wrong_fields(), "title");
  EXPECT_EQ(write(token, "a\nb", "x").wrong_fields(), "title");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_posts"), "1");
}

TEST_F(Posts, EverybodyReadsAndOwnersSeeMoreOfTheirOwn) {
  add_user();
  add_user({.username = "eve", .role = "admin"});
  write(access_token("ann"), "hers");
  write(access_token("eve"), "mine");
  const Answer by_nobody = list();
  EXPECT_EQ(titles(by_nobody), "mine hers");
  EXPECT_FALSE(in_full(by_nobody, 0) || in_full(by_nobody, 1));
  const Answer by_eve = list(bearer(access_token("eve")));
  EXPECT_TRUE(in_full(by_eve, 0));
  EXPECT_FALSE(in_full(by_eve, 1)) << "whatever her role";
  const Answer by_key = list(with_key(api_key("ann")));
  EXPECT_FALSE(in_full(by_key, 0));
  EXPECT_TRUE(in_full(by_key, 1));
  const Answer narrow = list(bearer(access_token("eve", {{"scope", "profile:read"}})));
  EXPECT_EQ(titles(narrow), "mine hers");
  EXPECT_FALSE(in_full(narrow, 0)) << "her token does not say that it is for posts";
}

TEST_F(Posts, ABadCredentialIsNotNobody) {
  add_user();
  EXPECT_EQ(list(bearer("a.b.c")).status, 401);
  EXPECT_EQ(list(with_key("gh_x")).status, 401);
  EXPECT_EQ(list(Call{}.with("Authorization", "Basic YTpi")).status, 401);
  const std::string token = access_token();
  sql("UPDATE gh_users SET is_active = 0");
  EXPECT_EQ(list(bearer(token)).status, 403);
  EXPECT_EQ(list().status, 200);
}

TEST_F(Posts, AListIsReadPageByPage) {
  add_user();
  const std::string token = access_token();
  for (const char* title : {"a", "b", "c", "d", "e"}) write(token, title);
  const Answer first = list(Call{}.at("/api/v1/posts?limit=2"));
  EXPECT_EQ(titles(first), "e d");
  EXPECT_EQ(first.header("Link"), "<https://auth.example.com/api/v1/posts?limit=2&cursor=4>; rel=\"next\"");
  write(token, "f");
  sql("DELETE FROM gh_posts WHERE title = 'd'");
  const Answer second = list(Call{}.at("/api/v1/posts?limit=2&cursor=4"));
  EXPECT_EQ(titles(second), "c b") << "neither what came nor what went moves the page";
  const Answer last = list(Call{}.at("/api/v1/posts?limit=2&cursor=2"));
  EXPECT_EQ(titles(last), "a");
  EXPECT_EQ(last.header("Link"), "");
  EXPECT_EQ(titles(list(Call{}.at("/api/v1/posts?cursor=1"))), "");
  EXPECT_EQ(list(Call{}.at("/api/v1/posts?limit=5")).header("Link"), "") << "five are all there are";
}

TEST_F(Posts, WhatIsOutOfRangeIsNamed) {
  for (const char* limit : {"0", "-1", "101", "2147483648", "9223372036854775808", "x", ""}) {
    EXPECT_EQ(list(Call{}.at(std::string("/api/v1/posts?limit=") + limit)).wrong_fields(), *limit ? "limit" : "")
        << limit;
  }
  for (const char* cursor : {"0", "-1", "9223372036854775808", "18446744073709551616", "1.5"}) {
    EXPECT_EQ(list(Call{}.at(std::string("/api/v1/posts?cursor=") + cursor)).wrong_fields(), "cursor") << cursor;
  }
  EXPECT_EQ(list(Call{}.at("/api/v1/posts?cursor=9223372036854775807")).status, 200);
}

TEST_F(Posts, WithoutExamplesThereIsNothing) {
  add_user({.role = "admin"});
  const std::string token = access_token();
  write(token, "first");
  set("EXAMPLES", "off");
  changes();
  const auto nothing_at = [&](const std::string& endpoint, const std::string& uri) {
    for (const char* method : {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"}) {
      const Call call = json_object({{"title", "a"}, {"body", "b"}}).bearing(token).by(method).at(uri);
      const Answer answer = send(endpoint, call);
      EXPECT_EQ(answer.status, 404) << method << " " << uri;
      EXPECT_EQ(answer.body, send("root", Call(call).at("/api/v1/nothing")).body) << "as anywhere else";
      EXPECT_EQ(answer.header("Allow"), "");
    }
  };
  nothing_at("posts", "/api/v1/posts");
  nothing_at("posts_id", "/api/v1/posts/1");
  nothing_at("posts_admin_all", "/api/v1/posts/admin/all");
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
