// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "base/text.h"
#include "command.h"
#include "descriptions.h"

namespace gatehouse::tool {
namespace {

struct Route {
  std::string name;
  std::string path;
};

// "/api/v1/admin/users/{id}" -> ^/api/v1/admin/users/[^/]+/?$ : whole segments, since a prefix would take others' URLs.
std::string pattern_of(std::string_view route) {
  std::string pattern = "^";
  while (!route.empty()) {
    if (route.front() == '{') {
      pattern += "[^/]+";
      route.remove_prefix(std::min(route.find('}') + 1, route.size()));
      continue;
    }
    if (!is_alnum(route.front()) && route.front() != '/' && route.front() != '-' && route.front() != '_')
      pattern += '\\';
    pattern += route.front();
    route.remove_prefix(1);
  }
  return pattern + "/?$";
}

void print_server(const std::string& name, const std::string& socket_directory, const char* indent) {
  std::printf(
      "%sfastcgi.server = (\"/\" => ((\n"
      "%s  \"socket\" => \"%s/%s.sock\",\n"
      "%s  \"check-local\" => \"disable\",\n"
      "%s  \"connect-timeout\" => 5, \"write-timeout\" => 30, \"read-timeout\" => 30,\n"
      "%s)))\n",
      indent, indent, socket_directory.c_str(), name.c_str(), indent, indent, indent);
}

}  // namespace

int routes(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--executables", "--sockets"});
  if (given.words() != std::vector<std::string>{"lighttpd"}) throw CommandError("name the front server: lighttpd");
  std::string directory;
  std::string sockets;
  if (!given.option("--executables") || !given.option("--sockets")) {
    const config::Loaded loaded = load_config();
    directory = loaded.settings.home + "/bin";
    sockets = loaded.settings.run_directory;
  }
  directory = given.option("--executables", directory);
  sockets = given.option("--sockets", sockets);

  std::vector<Route> exact;
  std::string fallback;
  for (const json::Value& description : read_descriptions(directory)) {
    Route route{std::string(description.string_of("name")), std::string(description.string_of("route"))};
    if (route.path == "/") {
      fallback = route.name;
    } else {
      exact.push_back(std::move(route));
    }
  }
  std::puts("# Made by `gatehouse routes lighttpd` from the executables; make it anew rather than edit it.");
  for (const Route& route : exact) {
    std::printf("%s$HTTP[\"url\"] =~ \"%s\" {\n", &route == &exact.front() ? "" : "else ",
                pattern_of(route.path).c_str());
    print_server(route.name, sockets, "  ");
    std::puts("}");
  }
  // The root endpoint answers what nobody else serves.
  std::puts(exact.empty() ? "" : "else {");
  print_server(fallback, sockets, "  ");
  std::puts(exact.empty() ? "" : "}");
  return 0;
}

}  // namespace gatehouse::tool
