// SPDX-License-Identifier: Apache-2.0
#include "auth/outbox/mail_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/text.h"

namespace gatehouse::outbox {
namespace {

constexpr std::size_t kKeyBytes = 32;

bool exists(const std::string& file) {
  struct stat info {};
  return ::lstat(file.c_str(), &info) == 0 || errno != ENOENT;
}

// Beside it, for others to be given its name; no process ever sees half of it.
std::string write_draft(const std::string& file, std::string_view text, mode_t mode) {
  std::string draft = file + "." + std::to_string(::getpid());
  ::unlink(draft.c_str());
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) throw Misconfigured(draft + ": can't be written");
  const bool written = ::fchmod(fd, mode) == 0 &&
                       ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  if (::close(fd) == 0 && written) return draft;
  ::unlink(draft.c_str());
  throw Misconfigured(file + ": can't be written");
}

}  // namespace

std::optional<Secret> read_mail_key(const Settings& settings) {
  const std::string& file = settings.mail_key_file;
  if (!exists(file)) return std::nullopt;
  const Secret text = config::read_secret_file(file);
  std::string bytes = from_base64url(text.reveal()).value_or("");
  if (bytes.size() != kKeyBytes) throw Misconfigured(file + ": is no key that opens mail");
  Secret key(bytes);
  explicit_bzero(bytes.data(), bytes.size());
  return key;
}

bool make_mail_key(const Settings& settings) {
  const std::string& file = settings.mail_key_file;
  if (exists(file)) return false;
  std::string text = to_base64url(crypto::generate_box_key().private_half.reveal()) + "\n";
  const std::string draft = write_draft(file, text, 0400);
  explicit_bzero(text.data(), text.size());
  const bool named = ::link(draft.c_str(), file.c_str()) == 0;
  const bool taken = !named && errno == EEXIST;
  ::unlink(draft.c_str());
  if (!named && !taken) throw Misconfigured(file + ": can't be written");
  return named;
}

std::string read_mail_public_key(const Settings& settings) {
  const auto key = from_base64url(trim(config::read_text_file(settings.mail_public_key_file)));
  if (!key || key->size() != kKeyBytes) throw Misconfigured(settings.mail_public_key_file + ": is no public key");
  return *key;
}

bool write_mail_public_key(const Settings& settings) {
  const auto key = read_mail_key(settings);
  if (!key) throw Misconfigured(settings.mail_key_file + ": there is no such file");
  const std::string half = crypto::public_half_of(*key);
  const std::string& file = settings.mail_public_key_file;
  try {
    if (read_mail_public_key(settings) == half) return false;
  } catch (const Misconfigured&) {
    // None yet, or none that is good.
  }
  const std::string draft = write_draft(file, to_base64url(half) + "\n", 0644);
  if (::rename(draft.c_str(), file.c_str()) != 0) {
    ::unlink(draft.c_str());
    throw Misconfigured(file + ": can't be written");
  }
  return true;
}

}  // namespace gatehouse::outbox
