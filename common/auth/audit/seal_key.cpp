// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/seal_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/encoding.h"
#include "base/failure.h"
#include "json/json.h"

namespace gatehouse::audit {
namespace {

using crypto::Algorithm;

bool exists(const std::string& file) {
  struct stat info {};
  return ::lstat(file.c_str(), &info) == 0 || errno != ENOENT;
}

}  // namespace

std::optional<crypto::SigningKey> read_seal_key(const Settings& settings) {
  const std::string& file = settings.audit_key_file;
  if (!exists(file)) return std::nullopt;
  const Secret text = config::read_secret_file(file);
  std::string der = from_base64url(text.reveal()).value_or("");
  const Secret secret(der);
  explicit_bzero(der.data(), der.size());
  try {
    return crypto::SigningKey::from_private_der(Algorithm::es256, secret);
  } catch (const Failure&) {
    throw Misconfigured(file + ": is no key that signs seals");
  }
}

// Beside it, then given its name, which fails where somebody else was faster; so no other process ever sees half of it.
bool make_seal_key(const Settings& settings) {
  const std::string& file = settings.audit_key_file;
  if (exists(file)) return false;
  const std::string draft = file + "." + std::to_string(::getpid());
  const Secret der = crypto::SigningKey::generate(Algorithm::es256).private_der();
  std::string text = to_base64url(der.reveal()) + "\n";
  ::unlink(draft.c_str());
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
  if (fd < 0) throw Misconfigured(draft + ": can't be written");
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  explicit_bzero(text.data(), text.size());
  const bool closed = ::close(fd) == 0;
  const bool named = written && closed && ::link(draft.c_str(), file.c_str()) == 0;
  const bool taken = !named && errno == EEXIST;
  ::unlink(draft.c_str());
  if (!named && !taken) throw Misconfigured(file + ": can't be written");
  return named;
}

std::string public_key_set(const crypto::SigningKey& key) {
  json::Writer w;
  w.begin_object().key("keys").begin_array().begin_object();
  for (const auto& member : crypto::VerifyingKey::from_public_der(Algorithm::es256, key.public_der()).jwk()) {
    w.key(member.name).string(member.value);
  }
  w.key("alg").string("ES256").key("use").string("sig");
  w.end_object().end_array().end_object();
  return w.take();
}

}  // namespace gatehouse::audit
