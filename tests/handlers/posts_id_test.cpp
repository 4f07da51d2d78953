// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

// Ann's post is 1; Eve has none.
class PostsId : public World {
 protected:
  PostsId() {
    add_user();
    add_user({.username = "eve"});
    post("posts", json_object({{"title", "Hers"}, {"body", "A body"}}).bearing(access_token("ann")));
    clock.advance(seconds(1));
  }
  Answer read(Call call = {}, const std::string& id = "1") {
    return get("posts_id", std::move(call).at("/api/v1/posts/" + id));
  }
  Answer change(const std::string& token, const std::string& id = "1") {
    return send(
        "posts_id",
        json_object({{"title", "Changed"}, {"body", "Another"}}).bearing(token).by("PUT").at("/api/v1/posts/" + id));
  }
  Answer remove(const std::string& token, const std::string& id = "1") {
    return send("posts_id", bearer(token).by("DELETE").at("/api/v1/posts/" + id));
  }
  // A login as somebody of that role.
  std::string as(const std::string& username, const std::string& role) {
    sql("UPDATE gh_users SET role = '" + role + "' WHERE username = '" + username + "'");
    return access_token(username);
  }
};

TEST_F(PostsId, EverybodyReadsItAndTheOwnerSeesMore) {
  const Answer by_nobody = read();
  EXPECT_EQ(by_nobody.status, 200);
  EXPECT_EQ(by_nobody.text("title"), "Hers");
  EXPECT_TRUE(by_nobody.json.find("edit_url")->is(json::Kind::null));
  EXPECT_TRUE(by_nobody.json.find("analytics")->is(json::Kind::null));
  EXPECT_TRUE(read(bearer(access_token("eve"))).json.find("edit_url")->is(json::Kind::null));
  const Answer by_owner = read(bearer(access_token("ann")));
  EXPECT_EQ(by_owner.text("edit_url"), "https://auth.example.com/api/v1/posts/1");
  EXPECT_EQ(by_owner.text("analytics"), "6 characters");
  EXPECT_EQ(read(bearer("x")).status, 401);
}

TEST_F(PostsId, TheOwnerChangesIt) {
  const std::string token = access_token("ann");
  const Answer answer = change(token);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("title"), "Changed");
  EXPECT_EQ(answer.text("created_at"), "2026-03-01T12:00:00.250Z");
  EXPECT_EQ(answer.text("updated_at"), "2026-03-01T12:00:01.250Z");
  EXPECT_EQ(audit(), "post_updated user=1 session address=10.0.0.1 \"post 1\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_posts ~1");
  EXPECT_EQ(read().text("body"), "Another");
}

TEST_F(PostsId, AnotherMayNotChangeIt) {
  const std::string token = access_token("eve");
  const Answer answer = change(token);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.detail(), "needs permission update:any_post");
  EXPECT_EQ(audit(),
            "unauthorized_access user=2 session address=10.0.0.1 \"posts_id: needs permission update:any_post\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +1");
}

TEST_F(PostsId, WithTheAnyPermissionAnotherChangesAndDeletesIt) {
  const std::string token = as("eve", "moderator");
  EXPECT_EQ(change(token).status, 200);
  EXPECT_EQ(remove(token).status, 200);
  EXPECT_EQ(audit(),
            "post_updated user=1 by=2 session address=10.0.0.1 \"post 1\"\n"
            "post_deleted user=1 by=2 session address=10.0.0.1 \"post 1\"\n");
  EXPECT_EQ(value("SELECT owner_id FROM gh_posts UNION SELECT 'gone'"), "gone");
}

TEST_F(PostsId, WithoutTheOwnPermissionItsOwnerMayNotEither) {
  const std::string token = access_token("ann");
  sql("DELETE FROM gh_role_rights WHERE role = 'user' AND word = 'update:own_post'");
  clock.advance(seconds(1));
  const Answer answer = change(token);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.detail(), "needs permission update:own_post");
}

TEST_F(PostsId, ToDeleteNeedsTheScopeAndThePermission) {
  EXPECT_EQ(remove(access_token("ann")).header("WWW-Authenticate"),
            "Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"posts:delete\"")
      << "a user's token never has it";
  // What a group gives: the scope, and no permission that a user lacks.
  sql("INSERT INTO gh_groups (id, birth, name, created_at) VALUES (1, REPEAT('b', 16), 'editors', 0)");
  sql("INSERT INTO gh_group_rights (group_id, kind, word) VALUES (1, 'scope', 'posts:delete')");
  sql("INSERT INTO gh_group_members (user_id, group_id, added_at) VALUES (1, 1, 0), (2, 1, 0)");
  clock.advance(seconds(1));
  const Answer refused = remove(access_token("eve"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.detail(), "needs permission delete:any_post");
  const std::string token = access_token("ann");
  EXPECT_EQ(remove(token).status, 200);
  EXPECT_EQ(audit(), "post_deleted user=1 session address=10.0.0.1 \"post 1\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_posts -1");
  EXPECT_EQ(remove(token).status, 404);
  EXPECT_EQ(read().status, 404);
}

TEST_F(PostsId, AKeyDoesWhatItsScopesSay) {
  const std::string token = as("ann", "moderator");
  const std::string key = api_key("ann", {{"scopes", "posts:write"}});
  const auto by_key = [&](const char* method) {
    return send("posts_id", json_object({{"title", "a"}, {"body", "b"}}).keyed(key).by(method).at("/api/v1/posts/1"));
  };
  EXPECT_EQ(by_key("PUT").status, 200);
  EXPECT_EQ(audit(), "post_updated user=1 key address=10.0.0.1 \"post 1\"\n");
  EXPECT_EQ(by_key("DELETE").status, 403);
}

TEST_F(PostsId, WhatIsNotThereIsNotFoundAndWhatCanNotBeIsWrong) {
  const std::string token = as("ann", "admin");
  changes();
  for (const char* id : {"2", "2147483648", "9223372036854775807"}) {
    EXPECT_EQ(read({}, id).status, 404) << id;
    EXPECT_EQ(change(token, id).status, 404) << id;
    EXPECT_EQ(remove(token, id).status, 404) << id;
  }
  for (const char* id : {"0", "-1", "9223372036854775808", "18446744073709551616", "x", "1.0", "1e0", "%31%00"}) {
    EXPECT_GE(read({}, id).status, 400) << id;
    EXPECT_GE(change(token, id).status, 400) << id;
    EXPECT_GE(remove(token, id).status, 400) << id;
  }
  EXPECT_EQ(changes(), "nothing");
  for (const char* id : {"0", "-1", "9223372036854775808", "18446744073709551616"}) {
    EXPECT_EQ(read({}, id).wrong_fields(), "id") << id;
  }
}

}  // namespace
}  // namespace gatehouse::test
