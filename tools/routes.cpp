// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>

#include "base/text.h"
#include "command.h"
#include "descriptions.h"
#include "route_limits.h"

namespace gatehouse::tool {
namespace {

struct Route {
  std::string name;
  std::string path;
  RouteLimits limits;
};

struct Routes {
  std::vector<Route> exact;  // in the order that they are to be asked in
  Route fallback;            // the root endpoint, which answers what nobody else serves
};

// "/api/v1/admin/users/{id}" -> /api/v1/admin/users/[^/]+/?$ : whole segments, since a prefix would take others' URLs.
std::string pattern_of(std::string_view route) {
  std::string pattern;
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

Routes read_routes(const std::string& directory) {
  Routes routes;
  for (const json::Value& description : read_descriptions(directory)) {
    Route route{std::string(description.string_of("name")), std::string(description.string_of("route")),
                limits_of(description)};
    if (route.path == "/") {
      routes.fallback = std::move(route);
    } else {
      routes.exact.push_back(std::move(route));
    }
  }
  return routes;
}

void print_backend(const std::string& name, const std::string& sockets) {
  std::printf(
      "  fastcgi.server = (\"/\" => ((\n"
      "    \"socket\" => \"%s/%s.sock\",\n"
      "    \"check-local\" => \"disable\",\n"
      "    \"connect-timeout\" => 5, \"write-timeout\" => 30, \"read-timeout\" => 30,\n"
      "  )))\n",
      sockets.c_str(), name.c_str());
}

// Static files are conf.d/pages.conf's.
void print_lighttpd(const Routes& routes, const std::string& sockets) {
  std::puts("$HTTP[\"url\"] =~ \"^/(assets|docs)/\" { }");
  for (const Route& route : routes.exact) {
    std::printf("else $HTTP[\"url\"] =~ \"^%s\" {\n", pattern_of(route.path).c_str());
    print_backend(route.name, sockets);
    std::puts("}");
  }
  std::puts("else {");
  print_backend(routes.fallback.name, sockets);
  std::puts("}");
}

// With how often one address may ask, unless the handlers count.
void print_nginx(const Routes& routes, const std::string& sockets, const Settings& settings) {
  const auto print = [&](const std::string& place, const Route& route) {
    std::printf("location %s {\n%s  fastcgi_pass unix:%s/%s.sock;\n}\n", place.c_str(),
                nginx_limits(route.limits, settings, "  ").c_str(), sockets.c_str(), route.name.c_str());
  };
  for (const Route& route : routes.exact) print("~ ^" + pattern_of(route.path), route);
  print("/", routes.fallback);
}

void print_apache_location(const std::string& pattern, const std::string& name, const std::string& sockets) {
  std::printf(
      "<LocationMatch \"^%s\">\n"
      "  SetHandler \"proxy:unix:%s/%s.sock|fcgi://localhost/\"\n"
      "</LocationMatch>\n",
      pattern.c_str(), sockets.c_str(), name.c_str());
}

// The last one that matches counts.
void print_apache(const Routes& routes, const std::string& sockets) {
  print_apache_location("/(?!assets/|docs/|\\.problems/)", routes.fallback.name, sockets);
  for (auto route = routes.exact.rbegin(); route != routes.exact.rend(); ++route) {
    print_apache_location(pattern_of(route->path), route->name, sockets);
  }
}

// Where one executable is all endpoints and finds its way by itself: by mod_fcgid where the host has it, else as CGI.
void print_htaccess_of_all() {
  std::puts(
      "RewriteEngine On\nRewriteRule ^(assets|docs)/ - [END]\n"
      "<IfModule mod_fcgid.c>\n  RewriteRule ^ gatehouse/gatehouse_all.fcgi [END]\n</IfModule>\n"
      "<IfModule !mod_fcgid.c>\n  RewriteRule ^ gatehouse/gatehouse_all.cgi [END]\n</IfModule>");
}

// Beside a folder "gatehouse" that holds the executables, or links to them.
void print_htaccess(const Routes& routes) {
  std::puts("RewriteEngine On\nRewriteRule ^(assets|docs)/ - [END]");
  for (const Route& route : routes.exact) {
    std::printf("RewriteRule ^%s gatehouse/%s.fcgi [END]\n", pattern_of(route.path).c_str() + 1, route.name.c_str());
  }
  std::printf("RewriteRule ^ gatehouse/%s.fcgi [END]\n", routes.fallback.name.c_str());
}

}  // namespace

int routes(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--executables", "--sockets"});
  const std::string server = given.words().size() == 1 ? given.words().front() : "";
  if (server != "lighttpd" && server != "nginx" && server != "apache" && server != "htaccess") {
    throw CommandError("name the front server: lighttpd, nginx, apache or htaccess");
  }
  const Settings settings = load_config().settings;
  const std::string directory = given.option("--executables", settings.home + "/bin");
  const std::string sockets = given.option("--sockets", settings.run_directory);

  const Routes routes = read_routes(directory);
  if (routes.fallback.name.empty()) throw CommandError("there is no executable for / in " + directory);
  std::printf("# Made by `gatehouse routes %s` from the executables; make it anew rather than edit it.\n",
              server.c_str());
  const bool is_apache = server == "apache" || server == "htaccess";
  if (is_apache && settings.rate_store == RateStore::server) {
    std::fputs("gatehouse routes: Apache counts no requests: set RATE_LIMIT_STORE = mysql\n", stderr);
  }
  if (server == "lighttpd") print_lighttpd(routes, sockets);
  if (server == "nginx") print_nginx(routes, sockets, settings);
  if (server == "apache") print_apache(routes, sockets);
  const bool is_all_in_one = std::filesystem::exists(directory + "/gatehouse_all.fcgi");
  if (server == "htaccess" && is_all_in_one) print_htaccess_of_all();
  if (server == "htaccess" && !is_all_in_one) print_htaccess(routes);
  return 0;
}

}  // namespace gatehouse::tool
