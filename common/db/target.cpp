// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/address.h"
#include "base/failure.h"
#include "base/text.h"
#include "db/database.h"

namespace gatehouse::db {
namespace {

// The operator's command.
constexpr std::string_view kOperator = "gatehouse";

// Without the URL itself: it holds a password.
[[noreturn]] void refuse(const char* why) {
  throw Misconfigured(
      std::string("DATABASE_URL: ") + why +
      "; it must read mysql://account:password@host:3306/name or mysql://account@localhost/name?socket=/path");
}

// Looking one up takes shared libraries of the machine's own.
void refuse_names(Target& target) {
  if (target.host == "localhost") target.host = "127.0.0.1";
  std::string_view host = target.host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (target.host.empty() || !Address::parse(host).raw().empty()) return;
  throw Misconfigured("DATABASE_URL: this static build looks no names up; instead of " + target.host +
                      " name its address, or its socket (?socket=/path)");
}

std::string decode(std::string_view part) {
  auto text = percent_decode(part, false);
  if (!text) refuse("bad percent escape");
  return std::move(*text);
}

}  // namespace

bool is_static_build() {
#ifdef GATEHOUSE_STATIC
  return true;
#else
  return false;
#endif
}

Target parse_url(std::string_view url) {
  constexpr std::string_view kScheme = "mysql://";
  if (url.empty()) refuse("not set");
  if (!url.starts_with(kScheme)) refuse("unknown scheme");
  url.remove_prefix(kScheme.size());

  Target target;
  if (const auto query = url.find('?'); query != std::string_view::npos) {
    constexpr std::string_view kSocket = "socket=";
    const std::string_view option = url.substr(query + 1);
    if (!option.starts_with(kSocket)) refuse("the only option is socket=");
    target.socket = decode(option.substr(kSocket.size()));
    url = url.substr(0, query);
  }
  if (const auto at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = url.substr(0, at);
    const auto colon = who.find(':');
    target.account = decode(who.substr(0, colon));
    if (colon != std::string_view::npos) target.password = Secret(decode(who.substr(colon + 1)));
    url.remove_prefix(at + 1);
  }
  const auto slash = url.find('/');
  if (slash == std::string_view::npos || slash + 1 == url.size()) refuse("no database name");
  target.name = decode(url.substr(slash + 1));
  std::string_view host = url.substr(0, slash);
  if (const auto colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']')) {
    const auto port = parse_integer(host.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) refuse("bad port");
    target.port = static_cast<int>(*port);
    host = host.substr(0, colon);
  }
  if (target.socket.empty()) target.host = std::string(host);
  if (target.socket.empty() && target.host.empty()) refuse("no host");
  if (is_static_build()) refuse_names(target);
  return target;
}

Target target_for(const Settings& settings, std::string_view endpoint) {
  Target target = parse_url(settings.database_url.reveal());
  target.ca = settings.database_ca;
  const bool stays_here = target.host.empty() || target.host == "127.0.0.1" || target.host == "localhost";
  if (!stays_here && target.ca.empty()) {
    throw Misconfigured("DATABASE_URL names another host; DATABASE_CA must say whose certificate to trust there");
  }
  target.causal_reads = settings.causal_reads;
  // One name for the account and for the system user that may come as it without a password, by the server's socket.
  if (target.account.empty()) target.account = endpoint == kOperator ? "root" : "gh_" + std::string(endpoint);
  const std::string file = settings.credentials + "/" + std::string(endpoint);
  if (settings.credentials.empty()) return target;
  // Only a file that is not there means "nothing of its own"; one that can't be reached must not widen the rights.
  if (::access(file.c_str(), F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) return target;
  for (config::Line& line : config::read_lines(file)) {
    if (line.key == "account") {
      target.account = std::move(line.value);
    } else if (line.key == "password") {
      target.password = Secret(line.value);
      explicit_bzero(line.value.data(), line.value.size());
    } else {
      throw Misconfigured(file + ":" + std::to_string(line.number) + ": only account and password are known here");
    }
  }
  return target;
}

}  // namespace gatehouse::db
