// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/administration.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"
#include "endpoint/user_path.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kRead{
    .method = Method::Get,
    .promise = "Read somebody's account.",
    .access = Access::user_or_key().with_permissions({Permission::read_all_users}).with_scopes({Scope::users_read}),
    .limit = Limit::general,
    .answers = {{200, users::kUser}},
};

constexpr Policy kChange{
    .method = Method::Patch,
    .promise = "Change somebody's name, whether they may come in, and whether their email is verified.",
    .access = Access::user().with_permissions({Permission::update_any_user}).with_scopes({Scope::users_write}),
    .limit = Limit::general,
    .accepts = Accepts::json,
    .answers = {{200, users::kUser}},
    .audits = {Event::account_deactivated, Event::user_updated},
};

constexpr Policy kRemove{
    .method = Method::Delete,
    .promise = "Delete somebody's account for good, with everything of theirs.",
    .access = Access::user()
                  .with_permissions({Permission::delete_any_user})
                  .with_scopes({Scope::users_write})
                  .with_fresh_login(minutes(10)),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::user_deleted},
};

struct Path {
  UserId user;
};
Path read_path(Input& in) { return {read_user_id(in)}; }

Result<Response> read(Context& c, const Path& path) {
  const auto user = administration::read(c, path.user);
  if (!user) return user.refusal();
  return Response::json(200, users::kUser, *user);
}

struct Body {
  UserId user;
  administration::Change change;
};
Body read_change(Input& in) {
  return {.user = read_user_id(in),
          .change = {.full_name = in.optional_text("full_name", users::kFullName),
                     .is_active = in.optional_boolean("is_active", "false: every session and API key ends at once"),
                     .is_verified = in.optional_boolean("is_verified", "whether the email is known to be theirs")}};
}

Result<Response> change(Context& c, const Body& body) {
  const auto user = administration::change(c, c.principal(), body.user, body.change);
  if (!user) return user.refusal();
  return Response::json(200, users::kUser, *user);
}

Result<Response> remove(Context& c, const Path& path) {
  const auto done = administration::remove(c, c.principal(), path.user);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the account is deleted"});
}

}  // namespace

extern const Endpoint admin_users_id{
    "/api/v1/admin/users/{id}",
    {{kRead, read_path, read}, {kChange, read_change, change}, {kRemove, read_path, remove}}};
}  // namespace gatehouse::handlers
