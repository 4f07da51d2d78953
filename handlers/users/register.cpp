// SPDX-License-Identifier: Apache-2.0
#include "auth/users/users.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Make an account for oneself, where REGISTRATION allows it; 202 where only a mail says what came of it.",
    .access = Access::anonymous("who registers has no account yet"),
    .limit = Limit::registration,
    .accepts = Accepts::json,
    .answers = {{201, users::kUser}, {202, kMessage}},
    .audits = {Event::user_registered},
};

users::NewUser read(Input& in) {
  return {.email = in.text("email", users::kEmail),
          .password = in.secret("password", users::kNewPassword),
          .username = in.optional_text("username", users::kUsername),
          .full_name = in.optional_text("full_name", users::kFullName),
          .language = in.optional_text("language", users::kLanguage)};
}

Result<Response> register_user(Context& c, const users::NewUser& wanted) {
  const auto user = users::register_user(c, wanted);
  if (!user) return user.refusal();
  if (!*user) return Response::json(202, kMessage, {"a mail to this address says how to go on"});
  return Response::json(201, users::kUser, **user);
}

}  // namespace

extern const Endpoint users_register{"/api/v1/users/register", {{kPolicy, read, register_user}}};
}  // namespace gatehouse::handlers
