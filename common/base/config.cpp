// SPDX-License-Identifier: Apache-2.0
#include "base/config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <thread>

#include "base/failure.h"
#include "base/host.h"
#include "base/text.h"

namespace gatehouse::config {
namespace {

struct Value {
  std::string text;
  std::string origin;  // "gatehouse.conf:12: ISSUER", as every message about it begins
};

[[noreturn]] void refuse(const Value& value, const std::string& why) { throw Misconfigured(value.origin + ": " + why); }

std::int64_t integer(const Value& value, std::int64_t low, std::int64_t high) {
  const auto number = parse_integer(value.text);
  if (!number || *number < low || *number > high) {
    refuse(value, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return *number;
}

bool boolean(const Value& value) {
  for (const char* yes : {"on", "true", "yes", "1"}) {
    if (equal_ignoring_case(value.text, yes)) return true;
  }
  for (const char* no : {"off", "false", "no", "0", ""}) {
    if (equal_ignoring_case(value.text, no)) return false;
  }
  refuse(value, "must be on or off");
}

template <class T>
T choice(const Value& value, std::initializer_list<std::pair<const char*, T>> choices) {
  std::string names;
  for (const auto& [name, meaning] : choices) {
    if (value.text == name) return meaning;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  refuse(value, "must be one of " + names);
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// `a, b`, or the same as a JSON list, which people bring from other products.
std::vector<std::string> words(const Value& value) {
  std::string text = value.text;
  std::erase_if(text, is_blank);
  // Brackets also stand around an IPv6 host, without quotes.
  if (text == "[]" || (text.starts_with("[\"") && text.ends_with(']'))) text = text.substr(1, text.size() - 2);
  std::erase(text, '"');
  std::vector<std::string> list;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    list.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return list;
}

std::vector<std::string> origins(const Value& value) {
  std::vector<std::string> list = words(value);
  for (const std::string& origin : list) {
    if (!is_origin(origin)) refuse(value, "'" + origin + "' is not an origin such as https://app.example.com");
  }
  return list;
}

std::vector<std::string> hosts(const Value& value) {
  std::vector<std::string> list = words(value);
  for (std::string& host : list) {
    host = to_lower(host);
    const std::string_view name = std::string_view(host).substr(host.starts_with("*.") ? 2 : 0);
    if (host != "*" && !is_host(name))
      refuse(value, "'" + host + "' is not a host such as example.com or *.example.com");
  }
  return list;
}

std::vector<Network> networks(const Value& value) {
  std::vector<Network> list;
  for (const std::string& word : words(value)) {
    const auto network = Network::parse(word);
    if (!network) refuse(value, "'" + word + "' is not a network such as 192.0.2.0/24 or 2001:db8::/32");
    list.push_back(*network);
  }
  return list;
}

template <Limit kLimit>
void take_rate(Settings& settings, const Value& value) {
  const auto rate = parse_rate(value.text);
  if (!rate) refuse(value, kRateForm);
  settings.rates.at(static_cast<std::size_t>(kLimit)) = *rate;
}

// The numbers themselves stand beside their names.
template <Limit kLimit>
constexpr config::Key rate_key() {
  const LimitWords& words = kLimitWords[static_cast<std::size_t>(kLimit)];
  return {words.key, words.fallback, words.meaning, false};
}

std::string public_url(const Value& value) {
  if (!is_origin(value.text)) refuse(value, "must be scheme://host[:port] in lower case, without a path");
  return value.text;
}

std::string algorithm(const Value& value) {
  return choice<const char*>(value, {{"ES256", "ES256"}, {"RS256", "RS256"}, {"EdDSA", "EdDSA"}, {"HS256", "HS256"}});
}

std::string path(const Settings& settings, const Value& value) {
  if (value.text.empty() || value.text.front() == '/') return value.text;
  return settings.home + "/" + value.text;
}

void take_log(Settings& settings, const Value& value) {
  constexpr std::string_view kFile = "file:";
  if (value.text == "stderr") {
    settings.log_to = LogTo::standard_error;
  } else if (value.text == "syslog") {
    settings.log_to = LogTo::syslog;
  } else if (value.text.starts_with(kFile) && value.text.size() > kFile.size() && !value.text.ends_with('/')) {
    settings.log_to = LogTo::file;
    settings.log_file = path(settings, {value.text.substr(kFile.size()), value.origin});
  } else {
    refuse(value, "must be stderr, syslog or file:PATH");
  }
}

std::string mail_from(const Value& value) {
  // Without a leading '-', since it is an argument of sendmail's.
  if (!value.text.empty() && (!is_mail_address(value.text) || value.text.front() == '-')) {
    refuse(value, "must be an address alone, such as auth@example.com");
  }
  return value.text;
}

std::optional<MailRoute> mail_route(const Settings& settings, const Value& value) {
  if (value.text.empty()) return std::nullopt;
  auto route = parse_mail_url(value.text);
  if (!route) {
    refuse(value,
           "must be smtp://user@host:587, smtps://user@host:465, sendmail:/path or file:folder, without a password");
  }
  if (route->kind == MailRoute::Kind::file) route->path = path(settings, {route->path, value.origin});
  return route;
}

// What a mail leads to bears a token, so it may lead nowhere else. PUBLIC_URL stands above it in the table.
std::string page_url(const Settings& settings, const Value& value) {
  const std::string& url = value.text;
  const bool is_clean = std::all_of(url.begin(), url.end(), [](char c) {
    constexpr std::string_view kOthers = "-._~:/?@!$&'()*+,;=%";
    return is_alnum(c) || kOthers.find(c) != std::string_view::npos;
  });
  if (!url.empty() && (!url.starts_with(settings.public_url + "/") || !is_clean)) {
    refuse(value, "must be a page of PUBLIC_URL, such as " + settings.public_url + "/reset, and have no fragment");
  }
  return url;
}

struct Rule {
  Key key;
  void (*apply)(Settings&, const Value&);
};

constexpr bool kSecret = true;
constexpr bool kPlain = false;

const Rule kRules[] = {
    {{"APP_NAME", "Gatehouse", "the name that people see", kPlain},
     [](Settings& s, const Value& v) { s.app_name = v.text; }},
    {{"ENVIRONMENT", "production", "production or development (which also allows http://localhost:3000 and :5173)",
      kPlain},
     [](Settings& s, const Value& v) {
       s.environment =
           choice<Environment>(v, {{"production", Environment::production}, {"development", Environment::development}});
     }},
    {{"DEBUG", "off", "on: log boring successes too", kPlain},
     [](Settings& s, const Value& v) { s.debug = boolean(v); }},
    {{"PUBLIC_URL", "http://127.0.0.1:8080", "where people reach this installation; links and cookies follow it",
      kPlain},
     [](Settings& s, const Value& v) { s.public_url = public_url(v); }},
    {{"ALLOWED_ORIGINS", "", "web origins that may call from a browser; commas or a JSON list", kPlain},
     [](Settings& s, const Value& v) { s.allowed_origins = origins(v); }},
    {{"ALLOWED_HOSTS", "",
      "names that this site is asked by, such as example.com or *.example.com; PUBLIC_URL's when left out", kPlain},
     [](Settings& s, const Value& v) { s.allowed_hosts = hosts(v); }},
    {{"TRUSTED_PROXIES", "", "networks of proxies whose X-Forwarded-For the front server believes, as it was told too",
      kPlain},
     [](Settings& s, const Value& v) { s.trusted_proxies = networks(v); }},
    {{"REGISTRATION", "closed",
      "who may register: open, verified (whose address is to be confirmed before a login), invite or closed", kPlain},
     [](Settings& s, const Value& v) {
       s.registration = choice<Registration>(v, {{"closed", Registration::closed},
                                                 {"invite", Registration::invite},
                                                 {"verified", Registration::verified},
                                                 {"open", Registration::open}});
     }},
    {{"REGISTRATION_HIDES_EMAIL", "off",
      "on: a registration answers 202 and a mail, whether or not there is an account of that address", kPlain},
     [](Settings& s, const Value& v) { s.registration_hides_email = boolean(v); }},
    {{"REQUIRE_VERIFIED_EMAIL", "off", "on: nobody logs in before their address is confirmed", kPlain},
     [](Settings& s, const Value& v) { s.require_verified_email = boolean(v); }},
    {{"DATABASE_URL", "", "mysql://account:password@host:3306/name, or mysql://account@localhost/name?socket=/path",
      kSecret},
     [](Settings& s, const Value& v) { s.database_url = Secret(v.text); }},
    {{"DATABASE_CA", "", "certificates that vouch for the database; over TCP this turns verified TLS on", kPlain},
     [](Settings& s, const Value& v) { s.database_ca = path(s, v); }},
    {{"DATABASE_CAUSAL_READS", "off", "off, galera or group_replication: reads wait for what was committed elsewhere",
      kPlain},
     [](Settings& s, const Value& v) {
       s.causal_reads = choice<CausalReads>(v, {{"off", CausalReads::off},
                                                {"galera", CausalReads::galera},
                                                {"group_replication", CausalReads::group_replication}});
     }},
    {{"CREDENTIALS", "credentials", "folder with a file per executable: its database account and password", kPlain},
     [](Settings& s, const Value& v) { s.credentials = path(s, v); }},
    {{"MASTER_KEY_FILE", "credentials/master.key",
      "seals private keys and seeds in the database; readable by what mints tokens or checks codes", kPlain},
     [](Settings& s, const Value& v) { s.master_key_file = path(s, v); }},
    {{"RUN_DIRECTORY", "run", "sockets and hash slots", kPlain},
     [](Settings& s, const Value& v) { s.run_directory = path(s, v); }},
    {{"OPENAPI_FILE", "share/openapi.json", "what GET /openapi.json answers; written by `gatehouse openapi`", kPlain},
     [](Settings& s, const Value& v) { s.openapi_file = path(s, v); }},
    {{"GUARD_RULES", "etc/guard.rules", "who may see which part of the sites that the guard protects", kPlain},
     [](Settings& s, const Value& v) { s.guard_rules = path(s, v); }},
    {{"ALGORITHM", "ES256", "of the next signing key: ES256, RS256, EdDSA, or HS256 (then verifying is minting)",
      kPlain},
     [](Settings& s, const Value& v) { s.algorithm = algorithm(v); }},
    {{"SECRET_KEY", "", "the HS256 key and nothing else; at least 32 bytes", kSecret},
     [](Settings& s, const Value& v) {
       if (!v.text.empty() && v.text.size() < 32) refuse(v, "must have at least 32 bytes");
       s.secret_key = Secret(v.text);
     }},
    {{"ISSUER", "", "`iss` of every token; PUBLIC_URL when left out", kPlain},
     [](Settings& s, const Value& v) { s.issuer = v.text; }},
    {{"AUDIENCE", "", "`aud` of access tokens; ISSUER when left out", kPlain},
     [](Settings& s, const Value& v) { s.audience = v.text; }},
    {{"ACCESS_TOKEN_EXPIRE_MINUTES", "30", "life of an access token", kPlain},
     [](Settings& s, const Value& v) { s.access_token_life = minutes(integer(v, 1, 24 * 60)); }},
    {{"REFRESH_TOKEN_EXPIRE_DAYS", "7", "life of a refresh token, and so how long a session may idle", kPlain},
     [](Settings& s, const Value& v) { s.refresh_token_life = days(integer(v, 1, 365)); }},
    {{"SESSION_MAX_DAYS", "30", "absolute life of a session", kPlain},
     [](Settings& s, const Value& v) { s.session_life = days(integer(v, 1, 3650)); }},
    {{"REFRESH_REUSE_GRACE_SECONDS", "0", "a refresh token just spent gets its own successor again; 0: that is reuse",
      kPlain},
     [](Settings& s, const Value& v) { s.refresh_reuse_grace = seconds(integer(v, 0, 60)); }},
    {{"MAX_SESSIONS_PER_USER", "100", "one more ends the oldest", kPlain},
     [](Settings& s, const Value& v) { s.max_sessions_per_user = integer(v, 1, 10000); }},
    {{"KEY_PUBLISH_MINUTES", "10", "how long a signing key is published before it signs", kPlain},
     [](Settings& s, const Value& v) { s.key_publish_period = minutes(integer(v, 0, 7 * 24 * 60)); }},
    {rate_key<Limit::general>(), take_rate<Limit::general>},
    {rate_key<Limit::login>(), take_rate<Limit::login>},
    {rate_key<Limit::registration>(), take_rate<Limit::registration>},
    {rate_key<Limit::password>(), take_rate<Limit::password>},
    {rate_key<Limit::refresh>(), take_rate<Limit::refresh>},
    {rate_key<Limit::health>(), take_rate<Limit::health>},
    {{"RATE_LIMIT_EXEMPT", "", "networks that are not counted, such as 192.0.2.0/24, 2001:db8::/32", kPlain},
     [](Settings& s, const Value& v) { s.rate_exempt = networks(v); }},
    {{"RATE_LIMIT_STORE", "server", "server: the front server counts; mysql: the handlers do, in the database", kPlain},
     [](Settings& s, const Value& v) {
       s.rate_store = choice<RateStore>(v, {{"server", RateStore::server}, {"mysql", RateStore::mysql}});
     }},
    {{"MAX_LOGIN_ATTEMPTS", "5", "failures from one address that lock it out of one account", kPlain},
     [](Settings& s, const Value& v) { s.max_login_attempts = integer(v, 1, 1000); }},
    {{"LOCKOUT_DURATION_MINUTES", "30", "how long, and the window in which failures are counted", kPlain},
     [](Settings& s, const Value& v) { s.lockout = minutes(integer(v, 1, 7 * 24 * 60)); }},
    {{"ARGON2_MEMORY_KIB", "19456", "memory of one password hash", kPlain},
     [](Settings& s, const Value& v) { s.argon2_memory_kib = integer(v, 8, 4 * 1024 * 1024); }},
    {{"ARGON2_PASSES", "2", "passes of one password hash", kPlain},
     [](Settings& s, const Value& v) { s.argon2_passes = integer(v, 1, 100); }},
    {{"HASH_SLOTS", "0", "password hashes at once on this machine; 0: one more than cores", kPlain},
     [](Settings& s, const Value& v) {
       s.hash_slots = integer(v, 0, 1024);
       if (s.hash_slots == 0) s.hash_slots = std::max(1U, std::thread::hardware_concurrency()) + 1;
     }},
    {{"REQUIRE_SECOND_FACTOR_FOR", "", "the least role whose rights take a login by two factors; empty: none", kPlain},
     [](Settings& s, const Value& v) {
       constexpr std::size_t kMostRoleBytes = 32;
       const bool is_word = v.text.size() <= kMostRoleBytes && std::all_of(v.text.begin(), v.text.end(), [](char c) {
                              return is_lower(c) || is_digit(c) || c == '_' || c == '-';
                            });
       if (!is_word) refuse(v, "must be a role, as `gatehouse role list` shows them");
       s.require_second_factor_for = v.text;
     }},
    {{"BREACH_LIST", "", "passwords that were found elsewhere, as `gatehouse breach build` packs them; empty: none",
      kPlain},
     [](Settings& s, const Value& v) { s.breach_list = path(s, v); }},
    {{"MAIL_FROM", "", "the sender of all mail, such as auth@example.com; empty: none is written", kPlain},
     [](Settings& s, const Value& v) { s.mail_from = mail_from(v); }},
    {{"MAIL_URL", "",
      "how mail leaves: smtp://user@host:587, smtps://user@host, sendmail:/usr/sbin/sendmail or file:DIR", kPlain},
     [](Settings& s, const Value& v) { s.mail_route = mail_route(s, v); }},
    {{"MAIL_CA_FILE", "", "certificates that vouch for the server in MAIL_URL; empty: those that the system trusts",
      kPlain},
     [](Settings& s, const Value& v) { s.mail_ca_file = path(s, v); }},
    {{"MAIL_PASSWORD_FILE", "credentials/mail.password", "of the user in MAIL_URL; readable by the sender only",
      kPlain},
     [](Settings& s, const Value& v) { s.mail_password_file = path(s, v); }},
    {{"MAIL_KEY_FILE", "credentials/mail.key", "opens the mail that waits; readable by the sender only", kPlain},
     [](Settings& s, const Value& v) { s.mail_key_file = path(s, v); }},
    {{"MAIL_PUBLIC_KEY_FILE", "etc/mail.pub", "seals the mail that waits", kPlain},
     [](Settings& s, const Value& v) { s.mail_public_key_file = path(s, v); }},
    {{"MAIL_TEMPLATES", "", "a folder of templates in place of those that came along, file by file", kPlain},
     [](Settings& s, const Value& v) { s.mail_templates = path(s, v); }},
    {{"MAIL_LANGUAGE", "en", "of mail to who has chosen none: en, de or fr", kPlain},
     [](Settings& s, const Value& v) {
       if (!is_language(v.text)) refuse(v, "must be en, de or fr");
       s.mail_language = v.text;
     }},
    {{"MAIL_LIMIT", "5/hour", "mails of one kind to one account or address", kPlain},
     [](Settings& s, const Value& v) {
       const auto rate = parse_rate(v.text);
       if (!rate) refuse(v, kRateForm);
       s.mail_limit = *rate;
     }},
    {{"PAGE_RESET_URL", "", "the page that a reset mail leads to, of PUBLIC_URL; empty: the mail shows the token",
      kPlain},
     [](Settings& s, const Value& v) { s.page_reset_url = page_url(s, v); }},
    {{"PAGE_VERIFY_URL", "", "the same of a mail that confirms an address", kPlain},
     [](Settings& s, const Value& v) { s.page_verify_url = page_url(s, v); }},
    {{"AUDIT_KEY_FILE", "credentials/audit.key", "signs the seals of the audit trail; readable by what seals", kPlain},
     [](Settings& s, const Value& v) { s.audit_key_file = path(s, v); }},
    {{"AUDIT_PUSH", "off", "syslog: each audit event goes there too, once it is committed", kPlain},
     [](Settings& s, const Value& v) {
       s.audit_push = choice<AuditPush>(v, {{"off", AuditPush::off}, {"syslog", AuditPush::syslog}});
     }},
    {{"AUDIT_SYSLOG_SOCKET", "/dev/log", "where syslog listens", kPlain},
     [](Settings& s, const Value& v) { s.audit_syslog_socket = path(s, v); }},
    {{"AUDIT_RETENTION_DAYS", "0", "sealed audit rows older than this are dropped, their seals are kept; 0: all stay",
      kPlain},
     [](Settings& s, const Value& v) { s.audit_retention = days(integer(v, 0, 36500)); }},
    {{"ADDRESS_RETENTION_DAYS", "0",
      "addresses and user agents older than this are taken out of sessions and audit rows; 0: they stay", kPlain},
     [](Settings& s, const Value& v) { s.address_retention = days(integer(v, 0, 36500)); }},
    {{"PURGE_DELETED_DAYS", "0", "accounts that deleted themselves are gone for good after this; 0: only switched off",
      kPlain},
     [](Settings& s, const Value& v) { s.purge_deleted = days(integer(v, 0, 36500)); }},
    {{"LOG_TO", "stderr", "stderr, syslog (at AUDIT_SYSLOG_SOCKET) or file:PATH", kPlain}, take_log},
    {{"IDLE_EXIT_SECONDS", "0", "a handler without requests ends after this long; 0: never", kPlain},
     [](Settings& s, const Value& v) { s.idle_exit = seconds(integer(v, 0, 7 * 24 * 3600)); }},
    {{"ALLOW_SHARED_UID", "off", "on: serve as CGI or by mod_fcgid although the web server runs as the same user",
      kPlain},
     [](Settings& s, const Value& v) { s.allow_shared_uid = boolean(v); }},
    {{"SWEEP", "command",
      "command: by `gatehouse sweep`; requests: now and then after a request, where there is no cron", kPlain},
     [](Settings& s, const Value& v) {
       s.sweep_by_requests = choice<bool>(v, {{"command", false}, {"requests", true}});
     }},
    {{"EXAMPLES", "off", "on: serve the example resource, /api/v1/posts", kPlain},
     [](Settings& s, const Value& v) { s.examples = boolean(v); }},
};

// Both are told apart from a missing file: a secret that can't be read must stop the service, not be skipped.
std::string read_whole(const std::string& file, mode_t forbidden) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw Misconfigured(file + ": can't be read");
  struct stat info {};
  ::fstat(fd, &info);
  if ((info.st_mode & forbidden) != 0) {
    ::close(fd);
    throw Misconfigured(file + ": holds a secret and can be read by others; chmod o-rwx it");
  }
  std::string text;
  char buffer[4096];
  ssize_t n;
  while ((n = ::read(fd, buffer, sizeof buffer)) > 0) text.append(buffer, static_cast<std::size_t>(n));
  explicit_bzero(buffer, sizeof buffer);
  ::close(fd);
  if (n < 0) throw Misconfigured(file + ": can't be read");
  return text;
}

std::vector<Line> split_lines(const std::string& text, const std::string& file) {
  std::vector<Line> lines;
  int number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = trim(std::string_view(text).substr(start, end - start));
    start = end + 1;
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      throw Misconfigured(file + ":" + std::to_string(number) + ": a line must be KEY = value");
    }
    lines.push_back({std::string(trim(line.substr(0, equals))), std::string(trim(line.substr(equals + 1))), number});
  }
  return lines;
}

bool is_known(std::string_view name) {
  return std::any_of(std::begin(kRules), std::end(kRules), [&](const Rule& r) {
    return name == r.key.name || (r.key.secret && name == std::string(r.key.name) + "_FILE");
  });
}

std::string did_you_mean(const std::string& name) {
  const auto* nearest = std::min_element(std::begin(kRules), std::end(kRules), [&](const Rule& a, const Rule& b) {
    return edit_distance(name, a.key.name) < edit_distance(name, b.key.name);
  });
  if (edit_distance(name, nearest->key.name) > 4) return "";
  return "; did you mean " + std::string(nearest->key.name) + "?";
}

// What several settings must be together.
void finish(Settings& s) {
  if (s.issuer.empty()) s.issuer = s.public_url;
  if (s.audience.empty()) s.audience = s.issuer;
  if (s.allowed_hosts.empty()) {
    s.allowed_hosts.push_back(host_of(s.public_url));
    if (s.environment == Environment::development)
      s.allowed_hosts.insert(s.allowed_hosts.end(), {"localhost", "127.0.0.1"});
  }
  if (s.environment == Environment::development) {
    s.allowed_origins.emplace_back("http://localhost:3000");
    s.allowed_origins.emplace_back("http://localhost:5173");
  }
  if (s.algorithm == "HS256" && s.secret_key.empty())
    throw Misconfigured("ALGORITHM is HS256, but SECRET_KEY is not set");
  if (s.registration == Registration::verified) s.require_verified_email = true;
  if (s.require_verified_email && s.mail_from.empty())
    throw Misconfigured("REQUIRE_VERIFIED_EMAIL and REGISTRATION = verified take mail, but MAIL_FROM is not set");
  if (s.registration_hides_email && s.mail_from.empty())
    throw Misconfigured("REGISTRATION_HIDES_EMAIL takes mail, but MAIL_FROM is not set");
  if (s.session_life < s.refresh_token_life)
    throw Misconfigured("SESSION_MAX_DAYS is less than REFRESH_TOKEN_EXPIRE_DAYS");
}

}  // namespace

std::span<const Key> keys() {
  static const std::vector<Key> list = [] {
    std::vector<Key> all;
    for (const Rule& rule : kRules) all.push_back(rule.key);
    return all;
  }();
  return list;
}

Loaded load(const Source& source) {
  Loaded loaded;
  loaded.settings.home = source.home;

  std::map<std::string, Value> from_file;
  bool holds_secret = false;
  if (!source.file.empty()) {
    for (Line& line : split_lines(read_whole(source.file, 0), source.file)) {
      const std::string origin = source.file + ":" + std::to_string(line.number) + ": " + line.key;
      if (!is_known(line.key)) {
        loaded.warnings.push_back(origin + ": unknown key" + did_you_mean(line.key));
      } else if (!from_file.emplace(line.key, Value{line.value, origin}).second) {
        throw Misconfigured(origin + ": set twice");
      }
    }
  }

  for (const Rule& rule : kRules) {
    const std::string name = rule.key.name;
    Value value{rule.key.fallback, name};
    if (const auto found = from_file.find(name); found != from_file.end()) {
      value = found->second;
      holds_secret = holds_secret || (rule.key.secret && !value.text.empty());
    }
    if (auto text = source.environment(name)) value = {std::move(*text), "environment: " + name};
    if (rule.key.secret) {
      const std::string file_key = name + "_FILE";
      std::string secret_file;
      if (const auto found = from_file.find(file_key); found != from_file.end()) secret_file = found->second.text;
      if (auto text = source.environment(file_key)) secret_file = std::move(*text);
      if (!secret_file.empty()) {
        secret_file = path(loaded.settings, {secret_file, file_key});
        value = {std::string(read_secret_file(secret_file).reveal()), file_key};
      }
    }
    rule.apply(loaded.settings, value);
    if (rule.key.secret) explicit_bzero(value.text.data(), value.text.size());
  }
  if (holds_secret) read_whole(source.file, S_IRWXO);
  finish(loaded.settings);
  return loaded;
}

std::string find_file(const std::string& home) {
  // Under CGI the environment is the request, but no client can choose a name that does not begin with HTTP_.
  if (const char* named = std::getenv("GATEHOUSE_CONFIG")) return named;
  for (const std::string& candidate : {home + "/etc/gatehouse.conf", std::string("/etc/gatehouse/gatehouse.conf")}) {
    if (::access(candidate.c_str(), F_OK) == 0) return candidate;
  }
  return "";
}

namespace {

// Else whoever may write a folder above could choose the configuration.
bool have_one_owner(const std::string& a, const std::string& b) {
  struct stat one {};
  struct stat other {};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 && one.st_uid == other.st_uid;
}

}  // namespace

std::string executable_home() {
  std::error_code error;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return ".";
  const std::filesystem::path home = executable.parent_path().parent_path();
  constexpr const char* kFile = "etc/gatehouse.conf";
  if (::access((home / kFile).c_str(), F_OK) == 0) return home.string();
  // On a shared host executables lie in the site's folder, as public_html/gatehouse/NAME, or in that of a guarded site,
  // and all else where no browser gets: in a folder `gatehouse` beside the site's.
  const std::filesystem::path lies_in = executable.parent_path().filename();
  const bool is_hosted = lies_in == "gatehouse" || lies_in == ".gatehouse";
  for (std::filesystem::path folder = home; is_hosted && folder.has_relative_path(); folder = folder.parent_path()) {
    const std::filesystem::path found = folder / "gatehouse";
    if (have_one_owner(found / kFile, executable)) return found.string();
  }
  return home.string();
}

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::optional<std::string> no_environment(const std::string&) { return std::nullopt; }

std::vector<Line> read_lines(const std::string& path) { return split_lines(read_whole(path, S_IRWXO), path); }

std::string read_text_file(const std::string& path) { return read_whole(path, 0); }

Secret read_secret_file(const std::string& path) {
  std::string text = read_whole(path, S_IRWXO);
  Secret secret(trim(text));
  explicit_bzero(text.data(), text.size());
  return secret;
}

}  // namespace gatehouse::config
