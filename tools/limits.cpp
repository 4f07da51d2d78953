// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "command.h"
#include "descriptions.h"

namespace gatehouse::tool {
namespace {

std::int64_t integer_of(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  return member ? member->integer().value_or(0) : 0;
}

// An endpoint has one bucket for all its methods: the widest of its limits.
const json::Value& widest_limit(const json::Value& endpoint) {
  const auto& operations = endpoint.find("operations")->items;
  const auto rate = [](const json::Value& operation) {
    const json::Value& limit = *operation.find("limit");
    return static_cast<double>(integer_of(limit, "requests")) /
           static_cast<double>(std::max<std::int64_t>(1, integer_of(limit, "seconds")));
  };
  const auto widest = std::max_element(operations.begin(), operations.end(),
                                       [&](const auto& a, const auto& b) { return rate(a) < rate(b); });
  return *widest->find("limit");
}

}  // namespace

int limits(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--executables"});
  if (given.words() != std::vector<std::string>{"lighttpd"}) throw CommandError("name the front server: lighttpd");
  const std::string directory = given.option("--executables", config::executable_home() + "/bin");
  std::puts("-- Made by `gatehouse limits lighttpd` from the executables; make it anew rather than edit it.\nreturn {");
  for (const json::Value& endpoint : read_descriptions(directory)) {
    const json::Value& limit = widest_limit(endpoint);
    std::printf("  { name = \"%s\", path = \"%s\", requests = %lld, seconds = %lld },\n",
                std::string(endpoint.string_of("name")).c_str(), std::string(endpoint.string_of("route")).c_str(),
                static_cast<long long>(integer_of(limit, "requests")),
                static_cast<long long>(integer_of(limit, "seconds")));
  }
  std::puts("}");
  return 0;
}

}  // namespace gatehouse::tool
