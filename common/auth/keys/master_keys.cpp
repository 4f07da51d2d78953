// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/master_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/config.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/text.h"
#include "crypto/seal.h"

namespace gatehouse::keys {
namespace {

struct Word {
  MasterUse use;
  std::string_view text;
};
constexpr Word kWords[] = {{MasterUse::seals, ""}, {MasterUse::next, "next "}, {MasterUse::old, "old "}};

MasterKey read_line(std::string_view line) {
  MasterUse use = MasterUse::seals;
  for (const Word& word : kWords) {
    if (word.use == MasterUse::seals || !line.starts_with(word.text)) continue;
    use = word.use;
    line = trim(line.substr(word.text.size()));
  }
  return master_key(use, crypto::parse_master_key(Secret(line)));
}

std::string text_of(const std::vector<MasterKey>& keys) {
  std::string text;
  for (const MasterKey& key : keys) {
    for (const Word& word : kWords) {
      if (word.use == key.use) text += word.text;
    }
    text += to_base64url(key.key.reveal()) + '\n';
  }
  return text;
}

}  // namespace

MasterKey master_key(MasterUse use, Secret key) {
  std::string id = crypto::master_key_id(key);
  return {use, std::move(key), std::move(id)};
}

std::vector<MasterKey> read_master_keys(const std::string& file) {
  const Secret text = config::read_secret_file(file);
  std::vector<MasterKey> keys;
  std::string_view rest = text.reveal();
  do {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    try {
      if (!line.empty() || keys.empty()) keys.push_back(read_line(line));
    } catch (const Misconfigured& why) {
      throw Misconfigured(file + ": " + why.what());
    }
  } while (!rest.empty());
  const auto seals = [](const MasterKey& key) { return key.use == MasterUse::seals; };
  if (std::count_if(keys.begin(), keys.end(), seals) != 1) {
    throw Misconfigured(file + ": one of its keys seals, and any other is marked `next` or `old`");
  }
  std::stable_partition(keys.begin(), keys.end(), seals);
  return keys;
}

// Values are sealed under a new key soon after: a power cut must not bring the old file back.
void sync_folder_of(const std::string& file) {
  const auto slash = file.rfind('/');
  const int folder = ::open(slash == std::string::npos ? "." : file.substr(0, slash + 1).c_str(), O_RDONLY | O_CLOEXEC);
  const bool is_synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!is_synced) throw Misconfigured(file + ": its folder can't be written to the disk");
}

void write_master_keys(const std::string& file, const std::vector<MasterKey>& keys) {
  struct stat before {};
  if (::lstat(file.c_str(), &before) != 0) throw Misconfigured(file + ": can't be read");
  // Whoever keeps the file elsewhere would bring the old one back.
  if (S_ISLNK(before.st_mode)) throw Misconfigured(file + ": is a link; name the file itself in MASTER_KEY_FILE");
  const std::string draft = file + ".new";
  std::string text = text_of(keys);
  ::unlink(draft.c_str());
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
  if (fd < 0) throw Misconfigured(draft + ": can't be written");
  const bool is_whole = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                        ::fchown(fd, before.st_uid, before.st_gid) == 0 && ::fchmod(fd, before.st_mode & 0777) == 0 &&
                        ::fsync(fd) == 0;
  explicit_bzero(text.data(), text.size());
  const bool is_closed = ::close(fd) == 0;
  if (is_whole && is_closed && ::rename(draft.c_str(), file.c_str()) == 0) {
    sync_folder_of(file);
    return;
  }
  ::unlink(draft.c_str());
  throw Misconfigured(file + ": can't be written, or not for those who read it now; it is as it was");
}

MasterKeys::MasterKeys(std::string file)
    : file_(std::move(file)), stamp_(stamp_of(file_)), keys_(read_master_keys(file_)) {}

std::optional<MasterKeys::Stamp> MasterKeys::stamp_of(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return std::nullopt;
  return Stamp{info.st_ino, info.st_size, info.st_ctim.tv_sec * 1'000'000'000 + info.st_ctim.tv_nsec};
}

bool MasterKeys::look_again() {
  const auto stamp = stamp_of(file_);
  if (!stamp || stamp == stamp_) return false;
  try {
    keys_ = read_master_keys(file_);
  } catch (const Misconfigured&) {
    return false;
  }
  stamp_ = stamp;
  return true;
}

std::string MasterKeys::seal(std::string_view context, std::string_view plain, Randomness& random) const {
  return crypto::seal(keys_.at(0).key, context, Secret(plain), random);
}

std::optional<Secret> MasterKeys::try_all(std::string_view context, std::string_view box) const {
  // A box from before keys had ids names one by chance at most, so each is tried.
  for (const bool is_named : {true, false}) {
    for (const MasterKey& key : keys_) {
      if ((key.id == crypto::named_master_key(box)) != is_named) continue;
      if (auto plain = crypto::unseal(key.key, context, box)) return plain;
    }
  }
  return std::nullopt;
}

std::optional<Secret> MasterKeys::unseal(std::string_view context, std::string_view box) {
  auto plain = try_all(context, box);
  if (!plain && look_again()) plain = try_all(context, box);
  return plain;
}

}  // namespace gatehouse::keys
