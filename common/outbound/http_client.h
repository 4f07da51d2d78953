// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::outbound {

// No answer was had: no such host, refused, a certificate that is not believed, silence.
struct Unreachable : std::runtime_error {
  enum class Why { connection, certificate };
  Unreachable(const std::string& what, Why w) : std::runtime_error(what), why(w) {}
  Why why;
};

// What is offered of TLS, and whether the other side must prove its name.
enum class Offer { tls_1_2_and_newer, tls_1_1_and_older };
enum class Proof { required, not_asked };

struct HttpRequest {
  std::string method = "GET";
  std::string url{};                   // http or https
  std::vector<std::string> headers{};  // "Name: value"
  std::string ca_file{};               // vouches for the other side; empty: whom the system trusts
  Offer offer = Offer::tls_1_2_and_newer;
  Proof proof = Proof::required;
};

struct HttpAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers{};  // as they came
  std::string body{};                                          // the first megabyte
  std::string certificate_ends{};                              // "Nov 21 16:03:00 2027 GMT"; of https only

  std::vector<std::string> all(std::string_view name) const;
  std::string first(std::string_view name) const;
};

// One request, one answer: no redirect is followed, no proxy of the environment is used. Throws Unreachable.
HttpAnswer fetch(const HttpRequest& request);

}  // namespace gatehouse::outbound
