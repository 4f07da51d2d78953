// SPDX-License-Identifier: Apache-2.0
// Hashes that are one digest, or the same digest many times: Apache's, phpass, Drupal 7's.
#include <algorithm>
#include <initializer_list>

#include "crypto/foreign_hash.h"
#include "crypto/openssl.h"

namespace gatehouse::crypto::foreign {
namespace {

class Digester {
 public:
  explicit Digester(const char* algorithm) : algorithm_(EVP_MD_fetch(nullptr, algorithm, nullptr)) {
    if (!algorithm_ || !context_) fail(std::string(algorithm) + " is not to be had");
  }

  std::string operator()(std::initializer_list<std::string_view> parts) {
    bool done = EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1;
    for (const std::string_view part : parts) {
      done = done && EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1;
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!done || EVP_DigestFinal_ex(context_.get(), digest, &size) != 1) fail("a digest failed");
    return {reinterpret_cast<const char*>(digest), size};
  }

 private:
  MessageDigest algorithm_;
  MessageDigestContext context_{EVP_MD_CTX_new()};
};

unsigned byte_at(std::string_view digest, std::size_t i) { return static_cast<unsigned char>(digest[i]); }

// Six bits to a character, the low ones first.
void append_sextets(std::string& out, unsigned value, int count) {
  for (; count > 0; --count, value >>= 6) out += kCryptAlphabet[value & 63];
}

std::string to_phpass_base64(std::string_view digest) {
  std::string out;
  for (std::size_t i = 0; i < digest.size(); i += 3) {
    const std::size_t left = digest.size() - i;
    unsigned value = byte_at(digest, i);
    if (left > 1) value |= byte_at(digest, i + 1) << 8;
    if (left > 2) value |= byte_at(digest, i + 2) << 16;
    append_sextets(out, value, left > 2 ? 4 : static_cast<int>(left) + 1);
  }
  return out;
}

// phpass and Drupal: "$P$", log2 of the rounds in one character, eight of salt.
constexpr std::size_t kIteratedSetting = 12;

Cost judge_iterated(std::string_view setting, std::size_t slow_from) {
  if (setting.size() != kIteratedSetting || !is_made_of(setting.substr(3), kCryptAlphabet)) return Cost::unreadable;
  const std::size_t log_rounds = kCryptAlphabet.find(setting[3]);
  if (log_rounds < 7 || log_rounds > 30) return Cost::unreadable;
  return judge_work(static_cast<long long>(log_rounds), static_cast<long long>(slow_from), 20);
}

std::string compute_iterated(const char* algorithm, std::string_view setting, std::string_view password) {
  if (password.size() > kLongestPassword) return "";
  Digester digest(algorithm);
  std::string last = digest({setting.substr(4), password});
  for (long rounds = 1L << kCryptAlphabet.find(setting[3]); rounds > 0; --rounds) last = digest({last, password});
  return std::string(setting) + to_phpass_base64(last);
}

}  // namespace

Cost judge_apache_md5(std::string_view setting) {
  setting.remove_prefix(6);
  if (!setting.ends_with('$')) return Cost::unreadable;
  setting.remove_suffix(1);
  return setting.size() <= 8 && is_made_of(setting, kCryptAlphabet) ? Cost::fast : Cost::unreadable;
}

Cost judge_apache_sha1(std::string_view setting) { return setting == "{SHA}" ? Cost::fast : Cost::unreadable; }

Cost judge_phpass(std::string_view setting) { return judge_iterated(setting, 17); }

Cost judge_drupal(std::string_view setting) { return judge_iterated(setting, 16); }

// md5-crypt of Poul-Henning Kamp with Apache's magic, apr_md5_encode(), which libcrypt does not know.
std::string compute_apache_md5(std::string_view setting, std::string_view password) {
  if (password.size() > kLongestPassword) return "";
  constexpr std::string_view kMagic = "$apr1$";
  const std::string_view salt = setting.substr(kMagic.size(), setting.size() - kMagic.size() - 1);
  Digester md5("MD5");
  const std::string other = md5({password, salt, password});
  std::string first;
  first.append(password).append(kMagic).append(salt);
  for (std::size_t left = password.size(); left > 0; left -= std::min(left, other.size())) {
    first.append(other, 0, left);
  }
  for (std::size_t bits = password.size(); bits > 0; bits >>= 1) first += (bits & 1) != 0 ? '\0' : password[0];
  std::string last = md5({first});
  for (int round = 0; round < 1000; ++round) {
    const bool odd = round % 2 != 0;
    last = md5({odd ? password : last, round % 3 != 0 ? salt : "", round % 7 != 0 ? password : "",
                odd ? std::string_view(last) : password});
  }
  constexpr std::size_t kOrder[][3] = {{0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}};
  std::string computed(setting);
  for (const auto& [a, b, c] : kOrder) {
    append_sextets(computed, byte_at(last, a) << 16 | byte_at(last, b) << 8 | byte_at(last, c), 4);
  }
  append_sextets(computed, byte_at(last, 11), 2);
  return computed;
}

std::string compute_apache_sha1(std::string_view setting, std::string_view password) {
  const std::string digest = Digester("SHA1")({password});
  unsigned char text[29];
  EVP_EncodeBlock(text, reinterpret_cast<const unsigned char*>(digest.data()), static_cast<int>(digest.size()));
  return std::string(setting).append(reinterpret_cast<const char*>(text));
}

std::string compute_phpass(std::string_view setting, std::string_view password) {
  return compute_iterated("MD5", setting, password);
}

std::string compute_drupal(std::string_view setting, std::string_view password) {
  return compute_iterated("SHA512", setting, password).substr(0, 55);
}

}  // namespace gatehouse::crypto::foreign
