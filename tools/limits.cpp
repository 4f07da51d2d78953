// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "command.h"
#include "descriptions.h"

namespace gatehouse::tool {
int limits(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--executables"});
  if (given.words() != std::vector<std::string>{"lighttpd"}) throw CommandError("name the front server: lighttpd");
  const std::string directory = given.option("--executables", config::executable_home() + "/bin");
  std::puts("-- Made by `gatehouse limits lighttpd` from the executables; make it anew rather than edit it.\nreturn {");
  for (const json::Value& endpoint : read_descriptions(directory)) {
    for (const json::Value& operation : endpoint.find("operations")->items) {
      const json::Value& limit = *operation.find("limit");
      std::printf("  { name = \"%s\", path = \"%s\", method = \"%s\", requests = %lld, seconds = %lld },\n",
                  std::string(endpoint.string_of("name")).c_str(), std::string(endpoint.string_of("route")).c_str(),
                  std::string(operation.string_of("method")).c_str(),
                  static_cast<long long>(integer_of(limit, "requests")),
                  static_cast<long long>(integer_of(limit, "seconds")));
    }
  }
  std::puts("}");
  return 0;
}

}  // namespace gatehouse::tool
