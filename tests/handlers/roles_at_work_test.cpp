// SPDX-License-Identifier: Apache-2.0
#include "endpoint/dispatch.h"
#include "endpoint/message.h"
#include "support/commands.h"
#include "support/jwt.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

Result<Response> say_yes(Context&) { return Response::json(200, kMessage, {"yes"}); }

// An endpoint that asks for a minimum role, as no other does yet.
constexpr Policy kForModerators{.method = Method::Get,
                                .promise = "Let moderators in.",
                                .access = Access::user().with_minimum_role(access::kModerator),
                                .limit = Limit::general,
                                .answers = {{200, kMessage}}};
constexpr Policy kForAdmins{.method = Method::Get,
                            .promise = "Let admins in.",
                            .access = Access::user().with_minimum_role(access::kAdmin),
                            .limit = Limit::general,
                            .answers = {{200, kMessage}}};
const Endpoint for_moderators{"/for-moderators", {{kForModerators, say_yes}}};
const Endpoint for_admins{"/for-admins", {{kForAdmins, say_yes}}};

class RolesAtWork : public World {
 protected:
  RolesAtWork() { add_user({.username = "root-1", .role = "super_admin"}); }

  // With the account of users_me, which may do all that a bearer check needs.
  Answer ask(const Endpoint& endpoint, const std::string& token) {
    const std::string route(endpoint.route());
    const std::string bearer = "Bearer " + token;
    http::Request request;
    request.method = Method::Get;
    request.path = route;
    request.remote_address = "10.0.0.1";
    request.authorization = bearer;
    const Outcome outcome = dispatch(endpoint, head().process("users_me"), request);
    return parse_answer(http::to_cgi(outcome.response, http::Body::sent));
  }
  void run(const std::vector<std::string>& words) {
    const Said said = run_command(words);
    EXPECT_EQ(said.status, 0) << said.err;
  }
};

TEST_F(RolesAtWork, AManagerPassesWhereAModeratorDoesAndNotWhereAnAdminMust) {
  run({"role", "add", "manager", "--above", "moderator"});
  clock.advance(seconds(1));
  add_user({.username = "max", .role = "manager"});
  const std::string token = access_token("max");
  EXPECT_EQ(claims_of(token).string_of("role"), "manager");
  EXPECT_EQ(ask(for_moderators, token).status, 200);
  const Answer refused = ask(for_admins, token);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.detail(), "needs role admin");
  add_user({.username = "mod", .role = "moderator"});
  EXPECT_EQ(ask(for_moderators, access_token("mod")).status, 200);
  add_user({.username = "bob"});
  EXPECT_EQ(ask(for_moderators, access_token("bob")).detail(), "needs role moderator");
}

TEST_F(RolesAtWork, AChangeOfTheMapIsFeltByEachProcessWhenItsOwnSecondIsOver) {
  add_user({.role = "admin"});
  const std::string token = access_token();
  WebHead other = another_head();
  const auto here = [&] { return get("admin_groups", bearer(token)).status; };
  const auto there = [&] { return other.send("admin_groups", bearer(token).by("GET")).status; };
  EXPECT_EQ(here(), 200);
  clock.advance(milliseconds(600));
  EXPECT_EQ(there(), 200);
  run({"role", "revoke", "admin", "manage:roles"});
  clock.advance(milliseconds(399));
  EXPECT_EQ(here(), 200) << "as it was known 999 ms ago";
  clock.advance(milliseconds(1));
  EXPECT_EQ(here(), 403);
  EXPECT_EQ(there(), 200) << "as it was known 400 ms ago";
  clock.advance(milliseconds(600));
  EXPECT_EQ(there(), 403);
  run({"role", "grant", "admin", "manage:roles"});
  clock.advance(seconds(1));
  EXPECT_EQ(here(), 200) << "the token lives, and its scopes were never gone";
  EXPECT_EQ(there(), 200);
}

TEST_F(RolesAtWork, AScopeTakenFromARoleIsGoneFromLiveTokens) {
  add_user({.role = "admin"});
  const std::string token = access_token();
  EXPECT_EQ(get("admin_groups", bearer(token)).status, 200);
  run({"role", "revoke", "admin", "admin"});
  clock.advance(seconds(1));
  const Answer refused = get("admin_groups", bearer(token));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.detail(), "needs scope admin");
}

TEST_F(RolesAtWork, WhoeverIsDemotedLosesWithTheNextRequestWhatTheNewRoleLacks) {
  add_user({.role = "admin"});
  const std::string token = access_token();
  const std::string key = api_key();
  EXPECT_EQ(get("admin_groups", bearer(token)).status, 200);
  EXPECT_EQ(get("admin_groups", with_key(key)).status, 200);
  run({"user", "role", "ann", "moderator"});
  EXPECT_EQ(get("admin_groups", bearer(token)).status, 403);
  EXPECT_EQ(get("admin_groups", with_key(key)).status, 403);
  EXPECT_EQ(get("users_me", bearer(token)).text("role"), "moderator") << "signed in as before";
  EXPECT_EQ(ask(for_moderators, token).status, 200);
  EXPECT_EQ(ask(for_admins, token).status, 403);
}

TEST_F(RolesAtWork, WhoeverHasARoleThatIsGoneMayNothing) {
  run({"role", "add", "manager", "--above", "moderator"});
  clock.advance(seconds(1));
  add_user({.username = "max", .role = "manager"});
  const std::string token = access_token("max");
  EXPECT_EQ(get("users_me", bearer(token)).status, 200);
  sql("DELETE FROM gh_roles WHERE name = 'manager'");
  clock.advance(seconds(1));
  EXPECT_EQ(get("users_me", bearer(token)).status, 401);
}

}  // namespace
}  // namespace gatehouse::test
