// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/world.h"

namespace gatehouse::test {

// The checks that every endpoint gets for free; the parameter is its name.
class Conformance : public World, public testing::WithParamInterface<std::string> {
 protected:
  Conformance();

  const Endpoint& endpoint() const { return endpoint_named(GetParam()); }

  // A call of this operation that is answered as promised, with a credential where it needs one. `but` says what is
  // different: a field's other value.
  Call good_call(const Operation& operation, const Fields& but = {});
  Fields good_fields(const Operation& operation) const;
  static Call call_with(const Operation& operation, const Fields& fields);
  // Puts the credential on that the operation asks for.
  Call with_credential(const Operation& operation, Call call);

  Answer call(Call call) { return send(GetParam(), std::move(call)); }
  // Sends, and expects this refusal; nothing may have changed but counters and audit.
  Answer expect_refusal(int status, const Call& call, const std::string& what = "");
};

}  // namespace gatehouse::test
