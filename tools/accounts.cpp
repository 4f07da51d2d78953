// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "command.h"

namespace gatehouse::tool {
namespace {

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw CommandError(file.string() + ": can't be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

// The statements of a grants file, without its comments, as granted to this host.
std::vector<std::string> grants_in(const std::string& text, const std::string& host) {
  std::vector<std::string> statements;
  std::string statement;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string line = text.substr(start, end - start);
    start = end + 1;
    if (line.starts_with("--")) continue;
    statement += line;
    if (!statement.ends_with(';')) continue;
    statement.pop_back();
    constexpr std::string_view kLocal = "@'localhost'";
    if (const auto at = statement.find(kLocal); at != std::string::npos) {
      statement.replace(at, kLocal.size(), "@" + db::Admin::quote(host));
    }
    statements.push_back(std::exchange(statement, ""));
  }
  return statements;
}

void write_credentials(const std::string& file, const std::string& account, const std::string& password) {
  const std::string text = "account = " + account + "\npassword = " + password + "\n";
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
  if (fd < 0) throw CommandError(file + ": can't be written");
  const ssize_t written = ::write(fd, text.data(), text.size());
  ::close(fd);
  if (written != static_cast<ssize_t>(text.size())) throw CommandError(file + ": can't be written; is the disk full?");
}

std::string random_password() {
  std::array<unsigned char, 24> noise;
  crypto::SystemRandomness().fill(noise);
  return to_base64url(bytes_of(noise));
}

}  // namespace

int accounts(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--grants", "--credentials", "--host"});
  const config::Loaded loaded = load_config();
  const std::string grants = given.option("--grants", loaded.settings.home + "/share/sql/grants");
  const std::string credentials = given.option("--credentials", loaded.settings.credentials);
  const std::string host = given.option("--host", "localhost");
  db::Admin admin(admin_target(loaded.settings));

  for (const auto& entry : std::filesystem::directory_iterator(grants)) {
    if (entry.path().extension() != ".sql") continue;
    const std::string endpoint = entry.path().stem().string();
    const std::string account = "gh_" + endpoint;
    const std::string quoted = db::Admin::quote(account) + "@" + db::Admin::quote(host);
    const std::string file = credentials + "/" + endpoint;
    admin.run("CREATE USER IF NOT EXISTS " + quoted);
    if (!std::filesystem::exists(file)) {
      const std::string password = random_password();
      admin.run("ALTER USER " + quoted + " IDENTIFIED BY " + db::Admin::quote(password));
      write_credentials(file, account, password);
    }
    // Exactly what the file says: what an older file granted goes.
    admin.run("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + quoted);
    for (const std::string& grant : grants_in(read_file(entry.path()), host)) admin.run(grant);
  }
  return 0;
}

}  // namespace gatehouse::tool
