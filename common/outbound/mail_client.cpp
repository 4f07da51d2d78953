// SPDX-License-Identifier: Apache-2.0
#include "outbound/mail_client.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>
#include <vector>

#include "outbound/smtp.h"

namespace gatehouse::outbound {
namespace {

using Fate = Delivery::Fate;

constexpr std::chrono::seconds kProgramTakes{120};  // less than a sender has a mail for

// As files and programs of Unix have it.
std::string with_lf(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
  }
  return out;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// Beside it and renamed: who looks there sees whole mails only. The same mail again is the same file.
Delivery to_folder(const std::string& folder, const Parcel& parcel) {
  const std::string file = folder + "/" + parcel.name + ".eml";
  const std::string draft = folder + "/." + parcel.name + "." + std::to_string(::getpid());
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return {Fate::unreachable, folder + ": can't be written to"};
  const bool written = write_all(fd, with_lf(parcel.message.reveal())) && ::fsync(fd) == 0;
  const bool closed = ::close(fd) == 0;
  if (written && closed && ::rename(draft.c_str(), file.c_str()) == 0) return {};
  ::unlink(draft.c_str());
  return {Fate::unreachable, folder + ": can't be written to"};
}

// While it lives, a program that ends early does not end us, and the end of one that we have started waits to be asked
// for.
class Signals {
 public:
  Signals() {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigaddset(&blocked, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
  }
  ~Signals() {
    // One that came of a closed pipe is done with.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    const timespec at_once{};
    while (::sigtimedwait(&pipe, nullptr, &at_once) > 0) continue;
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  sigset_t before_{};
};

// Its status, or nothing where it takes too long; then it is ended.
int wait_for(pid_t child) {
  const auto give_up = std::chrono::steady_clock::now() + kProgramTakes;
  sigset_t ended;
  sigemptyset(&ended);
  sigaddset(&ended, SIGCHLD);
  for (int status = 0;;) {
    const pid_t done = ::waitpid(child, &status, WNOHANG);
    if (done == child) return status;
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(give_up - std::chrono::steady_clock::now());
    if (done < 0 || left.count() <= 0) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return -1;
    }
    const timespec patience{left.count(), 0};
    ::sigtimedwait(&ended, nullptr, &patience);
  }
}

// -1: it can't be started.
pid_t start(const std::string& program, std::vector<std::string> words, int input) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // None of our settings or secrets.
  std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {path.data(), nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  pid_t child = -1;
  if (::posix_spawn(&child, program.c_str(), &files, &attributes, arguments.data(), environment) != 0) child = -1;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return child;
}

// No shell sees any of it; the addresses are of the kind that needs no quoting, and stand behind the end of the
// options.
Delivery to_program(const std::string& program, const Parcel& parcel) {
  const Signals signals;
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return {Fate::unreachable, "there is no pipe to be had"};
  const std::string to = parcel.to.starts_with('-') ? "<" + parcel.to + ">" : parcel.to;
  const pid_t child = start(program, {program, "-i", "-f", parcel.from, "--", to}, pipe[0]);
  ::close(pipe[0]);
  const bool written = child > 0 && write_all(pipe[1], with_lf(parcel.message.reveal()));
  ::close(pipe[1]);
  if (child < 0) return {Fate::unreachable, program + ": can't be started"};
  const int status = wait_for(child);
  if (status < 0) return {Fate::postponed, program + ": took too long"};
  if (!WIFEXITED(status)) return {Fate::postponed, program + ": was killed"};
  const int code = WEXITSTATUS(status);
  if (code == EX_OK && written) return {};
  if (code == EX_OK) return {Fate::postponed, program + ": did not read all"};
  const bool is_about_it = code == EX_NOUSER || code == EX_NOHOST || code == EX_DATAERR;
  const bool is_broken = code == EX_USAGE || code == EX_CONFIG || code == EX_NOPERM || code == 127;
  return {is_about_it ? Fate::refused
          : is_broken ? Fate::unreachable
                      : Fate::postponed,
          program + ": ended with " + std::to_string(code)};
}

}  // namespace

struct MailClient::Server {
  explicit Server(const Account& account) : connection(account) {}
  SmtpConnection connection;
};

MailClient::MailClient(Account account) : account_(std::move(account)) {
  const auto kind = account_.route.kind;
  if (kind == MailRoute::Kind::smtp || kind == MailRoute::Kind::smtps) server_ = std::make_unique<Server>(account_);
}

MailClient::~MailClient() = default;

Delivery MailClient::deliver(const Parcel& parcel) {
  switch (account_.route.kind) {
    case MailRoute::Kind::smtp:
    case MailRoute::Kind::smtps: return server_->connection.deliver(parcel);
    case MailRoute::Kind::sendmail: return to_program(account_.route.path, parcel);
    case MailRoute::Kind::file: return to_folder(account_.route.path, parcel);
  }
  return {Fate::unreachable, "MAIL_URL is not known"};
}

std::string MailClient::probe() {
  const std::string& path = account_.route.path;
  switch (account_.route.kind) {
    case MailRoute::Kind::smtp:
    case MailRoute::Kind::smtps: return server_->connection.probe();
    case MailRoute::Kind::sendmail: return ::access(path.c_str(), X_OK) == 0 ? "" : path + " can't be run";
    case MailRoute::Kind::file: {
      struct stat info {};
      const bool is_folder = ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
      return is_folder ? "" : path + " is no folder";
    }
  }
  return "MAIL_URL is not known";
}

}  // namespace gatehouse::outbound
