// SPDX-License-Identifier: Apache-2.0
#include "endpoint/endpoint.h"

#include <algorithm>

#include "base/text.h"

namespace gatehouse {
namespace {

// The next segment of a path, taken off its front; the path begins with '/' or is empty.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::string_view without_final_slash(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

std::vector<http::InputField> Operation::fields() const {
  Input in;
  if (record_) record_(in);
  return in.recorded();
}

std::string Endpoint::name() const {
  if (name_) return name_;
  constexpr std::string_view kPrefix = "/api/v1";
  constexpr std::string_view kSuffix = ".json";
  std::string_view route = route_;
  if (route == "/") return "root";
  if (route.starts_with(kPrefix)) route.remove_prefix(kPrefix.size());
  if (route.ends_with(kSuffix)) route.remove_suffix(kSuffix.size());
  std::string name;
  for (const char c : route) {
    if (is_alnum(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  if (name.ends_with('_')) name.pop_back();
  return name;
}

Power Endpoint::power() const {
  Power most = Power::verifies;
  for (const Operation& operation : operations_) most = std::max(most, operation.policy().power);
  return most;
}

const Operation* Endpoint::find(Method method) const {
  if (method == Method::Head) method = Method::Get;
  const auto found = std::find_if(operations_.begin(), operations_.end(),
                                  [&](const Operation& operation) { return operation.policy().method == method; });
  return found == operations_.end() ? nullptr : &*found;
}

std::string Endpoint::allowed_methods() const {
  std::string list;
  for (const Operation& operation : operations_) {
    list += std::string(http::name_of(operation.policy().method)) + ", ";
    if (operation.policy().method == Method::Get) list += "HEAD, ";
  }
  return list + "OPTIONS";
}

std::optional<http::Pairs> Endpoint::match(std::string_view path) const {
  http::Pairs parameters;
  std::string_view route = without_final_slash(route_);
  path = without_final_slash(path);
  while (!route.empty() && !path.empty() && path.front() == '/') {
    const std::string_view expected = take_segment(route);
    const std::string_view actual = take_segment(path);
    if (expected.starts_with('{')) {
      auto value = percent_decode(actual, false);
      if (!value || value->empty() || !is_utf8(*value)) return std::nullopt;
      parameters.emplace_back(expected.substr(1, expected.size() - 2), std::move(*value));
    } else if (actual != expected) {
      return std::nullopt;
    }
  }
  if (!route.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

}  // namespace gatehouse
