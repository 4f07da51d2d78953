// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "endpoint/context.h"
#include "endpoint/policy.h"
#include "http/input.h"
#include "http/response.h"

namespace gatehouse {

using http::Input;
using http::Response;

// One method of an endpoint: its policy, what it reads, what it does.
class Operation {
 public:
  using Handler = Result<Response> (*)(Context&);
  template <class Body>
  using BodyHandler = Result<Response> (*)(Context&, const Body&);

  Operation(const Policy& policy, Handler handle)
      : policy_(policy), run_([handle](Context& c, Input&) { return handle(c); }) {}

  // `read` is run by dispatch before the handler and, with nothing to read, by --describe: the handler gets a body that
  // was checked, and the API description can't drift from what is checked.
  template <class Body>
  Operation(const Policy& policy, Body (*read)(Input&), BodyHandler<std::type_identity_t<Body>> handle)
      : policy_(policy),
        record_([read](Input& in) { read(in); }),
        run_([read, handle](Context& c, Input& in) -> Result<Response> {
          const Body body = read(in);
          if (auto refusal = in.finish()) return *refusal;
          return handle(c, body);
        }) {}

  const Policy& policy() const { return policy_; }
  bool reads_input() const { return record_ != nullptr; }
  std::vector<http::InputField> fields() const;
  Result<Response> run(Context& c, Input& in) const { return run_(c, in); }

 private:
  const Policy& policy_;
  std::function<void(Input&)> record_;
  std::function<Result<Response>(Context&, Input&)> run_;
};

// One URL, one executable.
class Endpoint {
 public:
  // `route` is a template: "/api/v1/admin/users/{id}/role".
  Endpoint(const char* route, std::initializer_list<Operation> operations) : route_(route), operations_(operations) {}
  // For a route whose own name would be too long for a database account.
  Endpoint(const char* route, const char* name, std::initializer_list<Operation> operations)
      : route_(route), name_(name), operations_(operations) {}

  // Whatever the path and the method.
  explicit Endpoint(const Guard& guard) : route_("*"), name_("guard"), guard_(&guard) {}

  std::string_view route() const { return route_; }
  const Guard* guard() const { return guard_; }
  std::span<const Operation> operations() const { return operations_; }

  // "auth_token": the route without /api/v1, in words. Executable, account, grants file and test are called so too.
  std::string name() const;
  // The most that any operation needs: only what opens or mints may read the master key.
  Power power() const;
  // Whether it is part of an example: all of its operations are, or none.
  Offered offered() const { return guard_ ? Offered::always : operations_.front().policy().offered; }

  // Whose name it may be asked by; known before its method is, so all of its operations say the same.
  Hosts hosts() const { return operations_.front().policy().hosts; }

  // HEAD is GET without its body (RFC 9110 section 9.3.2).
  const Operation* find(Method method) const;
  std::string allowed_methods() const;

  // The path's parameters when `path`, raw, is this endpoint's, segment by segment; a final slash makes no difference.
  std::optional<http::Pairs> match(std::string_view path) const;

 private:
  const char* route_;
  const char* name_ = nullptr;
  const Guard* guard_ = nullptr;
  std::vector<Operation> operations_;
};

// What `--describe` prints: everything above as one JSON object, for generators.
std::string describe(const Endpoint& endpoint);
std::string version_line(const Endpoint& endpoint);
std::string version_line(const std::string& name);
std::string_view build_id();

// An endpoint and the file under handlers/ that it was written in, "auth/token".
struct ListedEndpoint {
  const char* file;
  const Endpoint* endpoint;
};

// All endpoints of this build; exists in the test binary and in gatehouse_all.fcgi only.
std::span<const ListedEndpoint> all_endpoints();

}  // namespace gatehouse
