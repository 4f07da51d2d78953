// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <set>
#include <utility>

#include "base/failure.h"
#include "base/folder_lock.h"
#include "base/ids.h"
#include "command.h"
#include "files.h"
#include "grants.h"

namespace gatehouse::tool {
namespace {

// A credentials file beside the one it will replace, so that a full disk never leaves half a file that later runs would
// believe; for whom the one before was.
class Draft {
 public:
  Draft(std::string file, const std::string& account, const std::string& password)
      : file_(std::move(file)), draft_(file_ + ".new") {
    const std::string text = "account = " + account + "\npassword = " + password + "\n";
    ::unlink(draft_.c_str());
    const int fd = ::open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0) throw CommandError(draft_ + ": can't be written");
    struct stat before {};
    const bool is_owned = ::stat(file_.c_str(), &before) != 0 ||
                          (::fchown(fd, before.st_uid, before.st_gid) == 0 && ::fchmod(fd, before.st_mode & 0777) == 0);
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    const bool closed = ::close(fd) == 0;
    if (!is_owned || !written || !closed) throw failure();
  }
  ~Draft() { ::unlink(draft_.c_str()); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void take_its_place() {
    if (::rename(draft_.c_str(), file_.c_str()) != 0) throw failure();
  }

 private:
  CommandError failure() {
    ::unlink(draft_.c_str());
    return CommandError(file_ + ": can't be written; is the disk full?");
  }

  std::string file_;
  std::string draft_;
};

std::string random_password() {
  crypto::SystemRandomness random;
  return draw_secret(random);
}

// The password of the credentials file; where there is none yet, a new one, written there.
std::string password_of(const std::string& file, const std::string& account) {
  if (std::filesystem::exists(file)) {
    for (const config::Line& line : config::read_lines(file)) {
      if (line.key == "password" && !line.value.empty()) return line.value;
    }
    throw CommandError(file + ": has no password; remove the file to have it made anew");
  }
  std::string password = random_password();
  Draft(file, account, password).take_its_place();
  return password;
}

// Without a password: the server asks the kernel which system user is at the other end of its socket, and lets in the
// one of the account's name.
std::string identified_by_socket(db::Admin& admin) {
  const bool is_mariadb = admin.query("SELECT VERSION()").at(0).at(0).find("MariaDB") != std::string::npos;
  return is_mariadb ? " IDENTIFIED VIA unix_socket" : " IDENTIFIED WITH auth_socket";
}

// Whether it does: where nothing names a password and the system has a user of the account's name, unless told
// otherwise.
bool comes_by_socket(const std::string& wish, const std::string& file, const std::string& account,
                     const std::string& socket) {
  const bool has_password = std::filesystem::exists(file);
  if (wish == "socket" && has_password) {
    throw CommandError(file + ": names a password; remove the file to have " + account + " come by the socket");
  }
  if (!wish.empty()) return wish == "socket";
  return !has_password && !socket.empty() && ::getpwnam(account.c_str()) != nullptr;
}

// To the system user of the account's name, where there is one: a unit runs the executable as that.
void give_to_its_user(const std::string& file, const std::string& account) {
  const passwd* user = ::getpwnam(account.c_str());
  if (user && ::geteuid() == 0 && ::chown(file.c_str(), user->pw_uid, static_cast<gid_t>(-1)) != 0) {
    throw CommandError(file + ": can't be given to " + account);
  }
}

// Another password, and nobody goes on under the old one: running executables meet the refusal, read the file again and
// run again what was cut off.
void change_password(db::Admin& admin, const std::string& account, const std::string& quoted, const std::string& file) {
  const std::string password = random_password();
  Draft draft(file, account, password);
  admin.run("ALTER USER " + quoted + " IDENTIFIED BY " + db::Admin::quote(password));
  draft.take_its_place();
  for (const auto& row :
       admin.query("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = " + db::Admin::quote(account))) {
    try {
      admin.run("KILL " + row[0]);
    } catch (const Failure&) {
      // It has ended by itself.
    }
  }
}

// What an account may do beyond its file.
enum class Surplus { goes, stays };

// Grants what the file says, then takes away what it does not. An account in service never lacks what it has in both,
// so the others go on serving while one executable is deployed. What the file says is learnt from a locked account of
// that name for a moment, rather than from a parser of GRANT.
void bring_to(db::Admin& admin, const std::string& account, const std::string& host, const std::string& file,
              Surplus surplus) {
  if (surplus == Surplus::stays) {
    for (const std::string& grant : grants_in(file, host)) admin.run(grant);
    return;
  }
  const std::string quoted = db::Admin::quote(account) + "@" + db::Admin::quote(host);
  const std::string draft_account = "gh_draft";
  const std::string draft = db::Admin::quote(draft_account) + "@" + db::Admin::quote(host);
  admin.run("DROP USER IF EXISTS " + draft);
  admin.run("CREATE USER " + draft + " IDENTIFIED BY " + db::Admin::quote(random_password()) + " ACCOUNT LOCK");
  for (std::string grant : grants_in(file, host)) {
    admin.run(grant);
    const auto at = grant.rfind(db::Admin::quote(account));
    if (at == std::string::npos) throw CommandError(account + ": its grants file grants to somebody else");
    admin.run(grant.replace(at, account.size() + 2, db::Admin::quote(draft_account)));
  }
  const std::set<std::string> wanted = privileges_of(admin, draft);
  for (const std::string& privilege : privileges_of(admin, quoted)) {
    if (!wanted.contains(privilege)) admin.run("REVOKE " + privilege + " FROM " + quoted);
  }
  admin.run("DROP USER " + draft);
}

}  // namespace

std::vector<std::string> grants_in(const std::string& file, const std::string& host) {
  const std::string text = read_file(file);
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

std::set<std::string> privileges_of(db::Admin& admin, const std::string& quoted) {
  const std::string is_grantee = " WHERE GRANTEE = " + db::Admin::quote(quoted);
  std::set<std::string> privileges;
  for (const std::string& select :
       {"SELECT CONCAT(PRIVILEGE_TYPE, ' (`', COLUMN_NAME, '`) ON `', TABLE_SCHEMA, '`.`', TABLE_NAME, '`')"
        " FROM information_schema.COLUMN_PRIVILEGES" +
            is_grantee,
        "SELECT CONCAT(PRIVILEGE_TYPE, ' ON `', TABLE_SCHEMA, '`.`', TABLE_NAME, '`')"
        " FROM information_schema.TABLE_PRIVILEGES" +
            is_grantee,
        "SELECT CONCAT(PRIVILEGE_TYPE, ' ON `', TABLE_SCHEMA, '`.*') FROM information_schema.SCHEMA_PRIVILEGES" +
            is_grantee,
        "SELECT CONCAT(PRIVILEGE_TYPE, ' ON *.*') FROM information_schema.USER_PRIVILEGES" + is_grantee +
            " AND PRIVILEGE_TYPE <> 'USAGE'"}) {
    for (const auto& row : admin.query(select)) privileges.insert(row[0]);
  }
  return privileges;
}

int accounts(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--grants", "--credentials", "--host", "--expand", "--by", "--rotate"});
  const config::Loaded loaded = load_config();
  const std::string grants = given.option("--grants", loaded.settings.home + "/share/sql/grants");
  const std::string credentials = given.option("--credentials", loaded.settings.credentials);
  const std::string host = given.option("--host", "localhost");
  const Surplus surplus = given.option("--expand", "no") == "yes" ? Surplus::stays : Surplus::goes;
  const std::string wish = given.option("--by", "");
  if (!wish.empty() && wish != "password" && wish != "socket") throw CommandError("--by must be password or socket");
  const std::string rotated = given.option("--rotate", "");
  bool is_known = rotated.empty() || rotated == "all";
  const FolderLock lock(credentials, FolderLock::Busy::wait);  // two at once would undo one another's passwords
  const db::Target target = admin_target(loaded.settings);
  db::Admin admin(target);

  for (const auto& entry : std::filesystem::directory_iterator(grants)) {
    if (entry.path().extension() != ".sql") continue;
    const std::string endpoint = entry.path().stem().string();
    const std::string account = "gh_" + endpoint;
    const std::string quoted = db::Admin::quote(account) + "@" + db::Admin::quote(host);
    const std::string file = credentials + "/" + endpoint;
    const bool by_socket = comes_by_socket(wish, file, account, target.socket);
    // An account never exists without its password, also in a database that is new while the credentials are not.
    const std::string identified =
        quoted +
        (by_socket ? identified_by_socket(admin) : " IDENTIFIED BY " + db::Admin::quote(password_of(file, account)));
    if (!by_socket) give_to_its_user(file, account);
    admin.run("CREATE USER IF NOT EXISTS " + identified);
    admin.run("ALTER USER " + identified);
    bring_to(admin, account, host, entry.path().string(), surplus);
    is_known = is_known || endpoint == rotated;
    if (rotated == endpoint && by_socket) throw CommandError(account + " comes by the socket: it has no password");
    if ((rotated == "all" || rotated == endpoint) && !by_socket) change_password(admin, account, quoted, file);
  }
  if (!is_known)
    throw CommandError("--rotate: there is no account " + rotated + "; name one of " + grants + ", or all");
  return 0;
}

}  // namespace gatehouse::tool
