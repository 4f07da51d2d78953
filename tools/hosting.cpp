// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "auth/audit/seal_key.h"
#include "auth/keys/keys.h"
#include "auth/outbox/mail_key.h"
#include "auth/users/users.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/host.h"
#include "base/ids.h"
#include "base/text.h"
#include "db/schema.h"
#include "db/script.h"
#include "files.h"
#include "operator.h"

namespace gatehouse::tool {
namespace {

namespace fs = std::filesystem;

constexpr fs::perms kOwnersFile = fs::perms::owner_read | fs::perms::owner_write;
constexpr fs::perms kOwnersFolder = fs::perms::owner_all;

// What only the person knows.
struct Answers {
  std::string url;
  std::string database_url;
  std::string database;
  std::string ca;
  users::NewUser administrator;
  bool made_password = false;
};

std::string read_line() {
  std::string line;
  std::getline(std::cin, line);
  return line;
}

std::string ask(const Arguments& given, const char* option, const char* question) {
  if (auto value = given.option(option)) return *value;
  if (::isatty(STDIN_FILENO) == 0) throw CommandError(std::string(option) + " is required");
  std::fprintf(stderr, "%s: ", question);
  return read_line();
}

// Without an echo, at a terminal.
std::string ask_secret(const char* question) {
  termios before{};
  const bool at_terminal = ::tcgetattr(STDIN_FILENO, &before) == 0;
  if (at_terminal) {
    std::fprintf(stderr, "%s: ", question);
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string secret = read_line();
  if (at_terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fputs("\n", stderr);
  }
  return secret;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '/';
    out += is_plain ? std::string(1, c) : "%" + to_hex({&c, 1});
  }
  return out;
}

std::string new_secret() {
  crypto::SystemRandomness random;
  return draw_secret(random);
}

std::string database_url(const Arguments& given, const std::string& name) {
  const std::string account = ask(given, "--account", "database account");
  const std::string password = ask_secret("its password");
  const auto address = given.option("--address");
  const std::string socket = address ? "" : given.option("--socket", "/run/mysqld/mysqld.sock");
  return "mysql://" + percent_encode(account) + ":" + percent_encode(password) + "@" + address.value_or("localhost") +
         "/" + percent_encode(name) + (address ? "" : "?socket=" + percent_encode(socket));
}

Answers ask_all(const Arguments& given) {
  Answers answers;
  answers.url = ask(given, "--url", "where people will reach it, such as https://auth.example.com");
  if (!is_origin(answers.url) || !answers.url.starts_with("https://")) {
    throw CommandError("--url must be https://host[:port] in lower case, without a path");
  }
  answers.database = ask(given, "--database", "name of the database");
  answers.database_url = database_url(given, answers.database);
  answers.ca = given.option("--ca", "");
  // On the host by its own address; here it is only read.
  static_cast<void>(db::parse_url(answers.database_url));

  users::NewUser& wanted = answers.administrator;
  wanted.username = ask(given, "--username", "user name of the first administrator");
  wanted.email = ask(given, "--email", "email of the first administrator");
  std::string password = ask_secret("password of the first administrator (empty: one is made)");
  answers.made_password = password.empty();
  if (password.empty()) password = new_secret();
  check("--username", *wanted.username, users::kUsername);
  check("--email", wanted.email, users::kEmail);
  check("the password", password, users::kNewPassword);
  wanted.password = Secret(password);
  return answers;
}

void write_private(const fs::path& file, std::string_view text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) throw CommandError(file.string() + ": can't be written");
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(fd) != 0 || !written) throw CommandError(file.string() + ": can't be written");
}

std::string replaced(std::string text, std::string_view old, std::string_view fresh) {
  for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += fresh.size()) {
    text.replace(at, old.size(), fresh);
  }
  return text;
}

// As a regular expression has it.
std::string escaped(std::string_view host) { return replaced(std::string(host), ".", "\\."); }

void copy_tarball(const fs::path& from, const fs::path& to) {
  if (!fs::exists(from / "site/.htaccess")) {
    throw CommandError("this is the command of the hosting tarball; " + from.string() + " is none");
  }
  if (fs::exists(to)) throw CommandError(to.string() + " is there already");
  fs::create_directories(to);
  fs::permissions(to, kOwnersFolder);
  fs::copy(from / "gatehouse", to / "gatehouse", fs::copy_options::recursive);
  fs::copy(from / "site", to / "site", fs::copy_options::recursive);
  for (const char* folder : {"etc", "credentials", "run"}) {
    fs::permissions(to / "gatehouse" / folder, kOwnersFolder);
    fs::permissions(to / "gatehouse" / folder / ".htaccess", kOwnersFile);
  }
}

void write_configuration(const fs::path& home, const Answers& answers) {
  std::string text =
      "# Made by `gatehouse hosting prepare`; README.md of the sources has all keys.\n"
      "PUBLIC_URL = " +
      answers.url + "\nDATABASE_URL = " + answers.database_url + "\n" +
      (answers.ca.empty() ? "" : "DATABASE_CA = " + answers.ca + "\n") +
      "# closed or open: who may make an account.\n"
      "REGISTRATION = closed\n"
      "# Apache counts no requests.\n"
      "RATE_LIMIT_STORE = mysql\n"
      "# What has run out goes now and then, after a request. Where there is cron, let `gatehouse sweep` do it every "
      "hour.\n"
      "SWEEP = requests\n"
      "# Mail: an address of yours to write from, and cron every minute: gatehouse mail send --once yes\n"
      "# MAIL_FROM = auth@example.com\n"
      "MAIL_URL = sendmail:/usr/sbin/sendmail\n"
      "# on: where the web server runs programs as itself, and no other customer's.\n"
      "ALLOW_SHARED_UID = off\n";
  write_private(home / "etc/gatehouse.conf", text);
  write_private(home / "credentials/master.key", new_secret() + "\n");
}

// The tables and what the installation begins with: as `gatehouse migrate`, `key rotate` and `user add` would.
std::string script_of(const fs::path& home, const Answers& answers) {
  SystemClock clock;
  crypto::SystemRandomness random;
  Settings settings =
      config::load({(home / "etc/gatehouse.conf").string(), config::no_environment, home.string()}).settings;
  settings.hash_slots = 1;
  audit::make_seal_key(settings);
  outbox::make_mail_key(settings);
  outbox::write_mail_public_key(settings);
  for (const std::string& key : {settings.audit_key_file, settings.mail_key_file}) {
    fs::permissions(key, kOwnersFile);  // so that it can be uploaded again
  }
  Process process(std::move(settings), "gatehouse", keys::Power::verifies, clock, random, write_to_stderr);

  db::Script script;
  script.run("SET NAMES utf8mb4");
  script.run("SET SESSION sql_mode = 'STRICT_ALL_TABLES'");
  script.run("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  db::script_migrations(script, (home / "share/sql/migrations").string(), clock.now());
  const auto occasion = [&](const char* request) {
    return Occasion{.process = process, .now = clock.now(), .request_id = request};
  };
  const Occasion rotating = occasion("gatehouse:key-rotate");
  script.unit([&](db::Work& work) { keys::begin(work, rotating); });
  const Occasion adding = occasion("gatehouse:user-add");
  script.unit([&](db::Work& work) {
    const auto user = users::begin(work, adding, answers.administrator, access::kSuperAdmin);
    if (!user) refuse(user.refusal());
  });
  return "-- Made by `gatehouse hosting prepare`, for an empty database. It holds the administrator's password hash "
         "and the\n"
         "-- sealed signing key: delete it when it is imported.\n" +
         script.text();
}

}  // namespace

int hosting_prepare(std::span<const std::string> arguments) {
  const Arguments given(arguments,
                        {"--url", "--database", "--account", "--socket", "--address", "--ca", "--username", "--email"});
  if (given.words().size() != 1) throw CommandError("name the folder to write");
  const fs::path folder = fs::absolute(given.words().front());
  const fs::path home = folder / "gatehouse";
  const Answers answers = ask_all(given);
  copy_tarball(fs::path(config::executable_home()).parent_path(), folder);
  write_configuration(home, answers);
  write_private(folder / "import.sql", script_of(home, answers));
  fs::remove(home / "run/hash-slot-0");  // of hashing here
  const fs::path htaccess = folder / "site/.htaccess";
  const std::string text = replaced(read_file(htaccess), "auth\\.example\\.com", escaped(host_of(answers.url)));
  std::ofstream(htaccess) << text;

  if (answers.made_password) {
    std::printf("first administrator: %s, password %s (shown once)\n", answers.administrator.username->c_str(),
                std::string(answers.administrator.password.reveal()).c_str());
  }
  std::printf(
      "1. import %s/import.sql into the database %s, then delete it\n"
      "2. upload %s/gatehouse beside the site's folder, not into it; secrets 600, their folders 700\n"
      "3. upload what is in %s/site into the site's folder; programs 755\n"
      "4. gatehouse doctor %s\n",
      folder.c_str(), answers.database.c_str(), folder.c_str(), folder.c_str(), answers.url.c_str());
  return 0;
}

int hosting_upgrade(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--from"});
  const auto have = parse_integer(given.required("--from"));
  if (!have || *have < 1 || *have > db::kKnownSchema) {
    throw CommandError("--from must be a schema that this build knows: 1 to " + std::to_string(db::kKnownSchema));
  }
  db::Script script;
  db::script_migrations(script, config::executable_home() + "/share/sql/migrations", SystemClock().now(), *have);
  std::fputs(script.text().c_str(), stdout);
  return 0;
}

}  // namespace gatehouse::tool
