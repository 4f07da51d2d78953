// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <set>

#include "command.h"
#include "descriptions.h"
#include "route_limits.h"

namespace gatehouse::tool {
namespace {

bool is_counted_by_server(Limit limit) { return limit != Limit::uncounted && limit != Limit::refresh; }

// One that this build does not know is of a newer executable, and counted as everything else is.
Limit limit_of(const json::Value& operation) {
  const json::Value* limit = operation.find("limit");
  return limit_named(limit ? limit->string_of("class") : "").value_or(Limit::general);
}

void print_numbers(const Settings& settings) {
  std::printf("%-14s %-22s %-18s %s\n", "class", "key", "rate", "of");
  for (const LimitWords& words : kLimitWords) {
    std::printf("%-14s %-22s %-18s %s\n", words.word, words.key, to_text(settings.rate_of(words.limit)).c_str(),
                words.meaning);
  }
  std::printf("\ncounted by %s; exempt:",
              settings.rate_store == RateStore::mysql ? "the handlers, in the database" : "the front server");
  for (const Network& network : settings.rate_exempt) std::printf(" %s", network.text().c_str());
  std::puts(settings.rate_exempt.empty() ? " nobody" : "");
}

// ---- lighttpd ----

// Bytes as Lua reads them.
std::string lua_bytes(const std::string& bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    const std::string number = std::to_string(static_cast<unsigned char>(c));
    text += "\\" + std::string(3 - number.size(), '0') + number;
  }
  return text + "\"";
}

void print_lua(const Settings& settings, const std::string& directory) {
  std::puts(
      "-- Made by `gatehouse limits lighttpd` from the executables and the configuration; make it anew rather than "
      "edit it.");
  std::puts("return {\n  rates = {");
  for (const LimitWords& words : kLimitWords) {
    if (!is_counted_by_server(words.limit)) continue;
    const Rate& rate = settings.rate_of(words.limit);
    std::printf("    %s = { requests = %lld, seconds = %lld },\n", words.word, static_cast<long long>(rate.requests),
                static_cast<long long>(rate.period.count()));
  }
  std::puts("  },\n  exempt = {");
  for (const Network& network : settings.rate_exempt) {
    std::printf("    { bytes = %s, bits = %d }, -- %s\n", lua_bytes(network.raw()).c_str(), network.bits(),
                network.text().c_str());
  }
  std::puts("  },\n  routes = {");
  if (settings.rate_store == RateStore::mysql) std::puts("    -- none: RATE_LIMIT_STORE is mysql");
  if (settings.rate_store == RateStore::server) {
    for (const json::Value& description : read_descriptions(directory)) {
      const RouteLimits route = limits_of(description);
      std::printf("    { path = \"%s\", methods = {", route.path.c_str());
      for (const auto& [method, limit] : route.methods) {
        std::printf(" %s = \"%s\",", method.c_str(), std::string(word_of(limit)).c_str());
      }
      std::puts(" } },");
    }
  }
  std::puts("  },\n}");
}

// ---- nginx ----

// nginx knows whole requests a second or a minute, and nothing slower than one a minute.
std::string nginx_rate(const Rate& rate) {
  if (rate.period == seconds(1)) return std::to_string(rate.requests) + "r/s";
  return std::to_string(std::max<std::int64_t>(rate.requests * 60 / rate.period.count(), 1)) + "r/m";
}

bool is_too_slow(const Rate& rate) { return rate.requests * 60 < rate.period.count(); }

}  // namespace

RouteLimits limits_of(const json::Value& description) {
  RouteLimits route{.path = std::string(description.string_of("route")), .methods = {}};
  for (const json::Value& operation : description.find("operations")->items) {
    route.methods.emplace_back(operation.string_of("method"), limit_of(operation));
  }
  return route;
}

std::string nginx_limits(const RouteLimits& route, const Settings& settings, std::string_view indent) {
  if (settings.rate_store == RateStore::mysql) return "";
  std::set<Limit> limits;
  for (const auto& [method, limit] : route.methods) {
    if (is_counted_by_server(limit)) limits.insert(limit);
  }
  std::string text;
  for (const Limit limit : limits) {
    text += std::string(indent) + "limit_req zone=gatehouse_" + std::string(word_of(limit)) +
            " burst=" + std::to_string(settings.rate_of(limit).requests - 1) + " nodelay;\n";
  }
  if (!text.empty()) text += std::string(indent) + "limit_req_status 429;\n";
  return text;
}

std::string nginx_zones(const Settings& settings) {
  if (settings.rate_store == RateStore::mysql) return "# RATE_LIMIT_STORE is mysql: the handlers count.\n";
  std::string text = "geo $gatehouse_exempt {\n  default 0;\n";
  for (const Network& network : settings.rate_exempt) text += "  " + network.text() + " 1;\n";
  text += R"(}
# An IPv6 customer holds a whole /64; IPv4 as a dual-stack socket shows it is IPv4.
map $binary_remote_addr $gatehouse_network {
  default $binary_remote_addr;
  "~(?s)^\x00{10}\xff\xff(.{4})$" $1;
  "~(?s)^(.{8}).{8}$" $1;
}
# What has no key is not counted: exempt networks, preflights; and where only what changes something has a limit of its
# own, reading.
map "$gatehouse_exempt $request_method" $gatehouse_any {
  default $gatehouse_network;
  ~^1 "";
  "0 OPTIONS" "";
}
map "$gatehouse_exempt $request_method" $gatehouse_changing {
  default $gatehouse_network;
  ~^1 "";
  "0 OPTIONS" "";
  "0 GET" "";
  "0 HEAD" "";
}
)";
  for (const LimitWords& words : kLimitWords) {
    if (!is_counted_by_server(words.limit)) continue;
    const Rate& rate = settings.rate_of(words.limit);
    const bool any = words.limit == Limit::general || words.limit == Limit::health;
    text += "# " + std::string(words.word) + ": " + to_text(rate) + "\n";
    if (is_too_slow(rate)) {
      text += "# nginx counts nothing slower than one a minute: after the first " + std::to_string(rate.requests) +
              " it lets one a minute through. RATE_LIMIT_STORE = mysql keeps the number.\n";
    }
    text += "limit_req_zone $gatehouse_" + std::string(any ? "any" : "changing") + " zone=gatehouse_" + words.word +
            (words.limit == Limit::general ? ":10m" : ":2m") + " rate=" + nginx_rate(rate) + ";\n";
  }
  return text;
}

int limits(std::span<const std::string> arguments) {
  std::vector<std::string> words(arguments.begin(), arguments.end());
  const bool wants_zones = std::erase(words, "--zones") > 0;
  const Arguments given(words, {"--executables"});
  const Settings settings = load_config().settings;
  const std::string directory = given.option("--executables", config::executable_home() + "/bin");
  const std::string server = given.words().empty() ? "" : given.words().front();
  if (given.words().size() > 1 || (wants_zones && server != "nginx"))
    throw CommandError("see `gatehouse limits --help`");
  if (server.empty()) {
    print_numbers(settings);
  } else if (server == "lighttpd") {
    print_lua(settings, directory);
  } else if (server == "nginx" && wants_zones) {
    std::puts("# Made by `gatehouse limits nginx --zones` from the configuration; make it anew rather than edit it.");
    std::fputs(nginx_zones(settings).c_str(), stdout);
  } else if (server == "nginx") {
    for (const json::Value& description : read_descriptions(directory)) {
      const RouteLimits route = limits_of(description);
      std::printf("# %s\n%s", route.path.c_str(), nginx_limits(route, settings, "").c_str());
    }
  } else {
    throw CommandError("name the front server, lighttpd or nginx; Apache counts no requests: RATE_LIMIT_STORE = mysql");
  }
  return 0;
}

}  // namespace gatehouse::tool
