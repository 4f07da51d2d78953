// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/world.h"

namespace gatehouse::test {

enum class Body { none, json, form, query };

// An operation in one of the kinds of body that it takes.
struct Way {
  const Operation& operation;
  Body body;
};

// The checks that every endpoint gets for free; the parameter is its name.
class Conformance : public World, public testing::WithParamInterface<std::string> {
 protected:
  Conformance();

  const Endpoint& endpoint() const { return endpoint_named(GetParam()); }
  // Every operation, in every kind of body it takes.
  std::vector<Way> ways() const;
  // The route with its parameters filled in; an operation that needs a living thing there finds one after good_fields.
  std::string path() const;
  std::string path_with(const std::string& parameter, const std::string& value) const;
  bool is_in_path(const http::InputField& field) const;

  // A call that is answered as promised, with a credential where it needs one, in a world that no earlier call has
  // changed. `but` says what is different: a field's other value.
  Call good_call(const Way& way, const Fields& but = {});
  // Whoever logs in for the next good call has this role.
  void be(const std::string& role) { role_ = role; }
  // The fields of a good body; logs in anew, since a call may end the session it belongs to.
  Fields good_fields(const Way& way);
  Call call_with(const Way& way, const Fields& fields) const;
  // Puts the credential on that the operation asks for: the session of the last good_fields.
  Call with_credential(const Way& way, Call call) const;
  const Answer& login() const { return login_; }

  Answer call(Call call) { return send(GetParam(), std::move(call)); }
  // Sends, and expects this refusal; nothing may have changed but counters and audit.
  Answer expect_refusal(int status, const Call& call, const std::string& what = "");

 private:
  void restore();
  void make_things();
  void make_factor();

  std::string role_ = "super_admin";
  std::string password_hash_;
  Answer login_;
  std::string session_cookie_;
  std::string mfa_token_;
  std::map<std::string, std::string> things_;  // by the route's parameter
};

inline constexpr const char* kOurOrigin = "https://auth.example.com";

}  // namespace gatehouse::test
