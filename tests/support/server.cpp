// SPDX-License-Identifier: Apache-2.0
#include "support/server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/config.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/text.h"
#include "command.h"
#include "crypto/box.h"
#include "crypto/random.h"

namespace gatehouse::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolders = "/tmp";
constexpr std::string_view kPrefix = "gh-test-";
constexpr int kStartSeconds = 60;

// Small, and never waiting for a disk: what is lost in a crash is a test's.
constexpr const char* kOptions[] = {
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=OFF",
    "--innodb-data-file-path=ibdata1:2M:autoextend",
    "--aria-pagecache-buffer-size=4M",
    "--key-buffer-size=1M",
    "--performance-schema=OFF",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--innodb-stats-persistent=OFF",
    "--innodb-autoextend-increment=1",
};

void append_options(std::vector<std::string>& words, const std::string& data) {
  words.emplace_back("--no-defaults");
  words.push_back("--datadir=" + data);
  if (::geteuid() == 0) words.emplace_back("--user=root");
  words.insert(words.end(), std::begin(kOptions), std::end(kOptions));
}

// A child that dies with this process and writes to `log`.
pid_t start(std::vector<std::string> words, const std::string& log) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  // A server that starts removes every temporary table it finds there, those of its neighbours too.
  ::setenv("TMPDIR", fs::path(log).parent_path().c_str(), 1);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int in = ::open("/dev/null", O_RDONLY);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

std::string read_file(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

void install(const std::string& data) {
  std::vector<std::string> words{"/usr/bin/mariadb-install-db"};
  append_options(words, data);
  words.emplace_back("--auth-root-authentication-method=normal");
  words.emplace_back("--skip-test-db");
  const std::string log = data + ".log";
  const pid_t child = start(std::move(words), log);
  int status = 0;
  if (::waitpid(child, &status, 0) != child || status != 0) throw Failure("mariadb-install-db:\n" + read_file(log));
}

// What crashed processes of ours could not take away themselves.
void remove_leftovers() {
  for (const auto& entry : fs::directory_iterator(kFolders)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    const auto pid = parse_integer(name.substr(kPrefix.size(), name.find('-', kPrefix.size()) - kPrefix.size()));
    if (!pid || ::kill(static_cast<pid_t>(*pid), 0) == 0 || errno != ESRCH) continue;
    std::error_code not_ours;
    fs::remove_all(entry.path(), not_ours);
  }
}

void write_file(const std::string& file, const std::string& text) {
  std::ofstream(file) << text;
  ::chmod(file.c_str(), 0600);
}

void run_command(std::vector<std::string> words) {
  if (tool::run(words) != 0) throw Failure("gatehouse " + words[0] + " failed");
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  path_ = std::string(kFolders) + "/" + std::string(kPrefix) + std::to_string(::getpid()) + "-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) throw Failure(path_ + ": can't be made");
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Server::Server(const std::string& data) {
  const std::string log = folder_.path() + "/log";
  std::vector<std::string> words{"/usr/sbin/mariadbd"};
  append_options(words, data);
  words.emplace_back("--skip-networking");
  words.push_back("--socket=" + socket());
  words.push_back("--pid-file=" + folder_.path() + "/pid");
  words.emplace_back("--max-connections=250");
  pid_ = start(std::move(words), log);
  for (int tries = 0; tries < kStartSeconds * 100; ++tries) {
    try {
      db::Target anywhere = target();
      anywhere.name.clear();
      const db::Admin admin(anywhere);
      return;
    } catch (const std::exception&) {
      ::poll(nullptr, 0, 10);
    }
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
  }
  ::kill(pid_, SIGKILL);
  throw Failure("mariadbd does not start:\n" + read_file(log));
}

Server::~Server() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Server::shut_down() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string Server::url(const std::string& account, const std::string& database) const {
  return "mysql://" + account + "@localhost/" + database + "?socket=" + socket();
}

void make_template(const std::string& directory) {
  remove_leftovers();
  fs::remove_all(directory);
  fs::create_directories(directory + "/credentials");
  install(directory + "/data");
  Server server(directory + "/data");

  // The command reads its configuration as an operator's would, and nothing of this shell's.
  for (const config::Key& key : config::keys()) ::unsetenv(key.name);
  const std::string file = directory + "/gatehouse.conf";
  write_file(file, "DATABASE_URL = " + server.url() + "\nCREDENTIALS = " + directory + "/credentials\n");
  ::setenv("GATEHOUSE_CONFIG", file.c_str(), 1);
  run_command({"migrate", "--migrations", GATEHOUSE_SOURCE "/sql/migrations"});
  run_command({"accounts", "--grants", GATEHOUSE_SOURCE "/sql/grants"});
  server.shut_down();
}

Installation::Installation() {
  const char* named = std::getenv("GATEHOUSE_TEST_TEMPLATE");
  const std::string made = named ? named : folder.path() + "/template";
  if (!named) make_template(made);
  credentials = made + "/credentials";

  const std::string data = folder.path() + "/data";
  fs::copy(made + "/data", data, fs::copy_options::recursive);
  server = std::make_unique<Server>(data);

  run_directory = folder.path() + "/run";
  fs::create_directory(run_directory);
  master_key_file = folder.path() + "/master.key";
  std::array<unsigned char, 32> master_key;
  crypto::SystemRandomness().fill(master_key);
  write_file(master_key_file, to_base64url(bytes_of(master_key)) + "\n");
  crypto::BoxKey box_key = crypto::generate_box_key();
  mail_key = std::move(box_key.private_half);
  write_file(folder.path() + "/mail.pub", to_base64url(box_key.public_half) + "\n");
}

Installation& installation() {
  static Installation only;
  return only;
}

}  // namespace gatehouse::test
