// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace gatehouse {

// Why a request was refused. http/problem maps each to a status, a title and a type, in one table.
enum class Reason {
  malformed,               // not a document: syntax, encoding, duplicates, depth
  invalid,                 // a document with wrong fields
  unauthenticated,         // no credential, or one that says nothing about tokens (a password)
  token_expired,           // a token of ours, too old
  token_invalid,           // a token that is not, or no longer, good
  wrong_code,              // of the second factor
  second_factor_required,  // the password was right; `mfa_token` leads on
  stale_login,             // known, but must log in again for this
  step_up_required,        // known, but by the password alone
  forbidden,               // known, and may not
  insufficient_scope,      // the credential lacks a scope; `detail` names it
  deactivated,             // the account was switched off
  not_found,               //
  method_not_allowed,      //
  conflict,                // taken, or changed meanwhile
  too_large,               // the body
  misdirected,             // asked by a name that is not ours
  unsupported_media,       // the content type
  headers_too_large,       //
  too_many_requests,       //
  unavailable,             // try again: database away, hash slots full, wrong schema
  internal,                // a failure or a bug; never with detail
};

struct FieldError {
  std::string field;
  std::string message;
};

// A no, as a value. A unit that returns one still commits what it wrote.
struct Refusal {
  Reason reason;
  std::string detail;
  std::vector<FieldError> fields{};
  seconds retry_after{0};
  std::string scope{};      // what a credential would need, for WWW-Authenticate
  seconds max_age{0};       // likewise, of the login
  std::string mfa_token{};  // a credential: for the client, and no log
  seconds expires_in{0};    // of that
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Refusal refusal) : state_(std::in_place_index<1>, std::move(refusal)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Refusal& refusal() const { return std::get<1>(state_); }

 private:
  std::variant<T, Refusal> state_;
};

// Success with nothing to say.
struct Done {};

}  // namespace gatehouse
