// SPDX-License-Identifier: Apache-2.0
#include "crypto/foreign_hash.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace gatehouse::crypto::foreign {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kPaddedBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
constexpr std::string_view kPasslibBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./";

constexpr Kind kKinds[] = {
    {"$2a$", 31, kCryptAlphabet, judge_bcrypt, compute_bcrypt},
    {"$2b$", 31, kCryptAlphabet, judge_bcrypt, compute_bcrypt},
    {"$2y$", 31, kCryptAlphabet, judge_bcrypt, compute_bcrypt},
    {"$wp$2y$", 31, kCryptAlphabet, judge_wordpress_bcrypt, compute_wordpress_bcrypt},
    {"$1$", 22, kCryptAlphabet, judge_md5_crypt, compute_crypt},
    {"$5$", 43, kCryptAlphabet, judge_sha_crypt, compute_crypt},
    {"$6$", 86, kCryptAlphabet, judge_sha_crypt, compute_crypt},
    {"$7$", 43, kCryptAlphabet, judge_crypt_scrypt, compute_crypt},
    {"$apr1$", 22, kCryptAlphabet, judge_apache_md5, compute_apache_md5},
    {"{SHA}", 28, kPaddedBase64, judge_apache_sha1, compute_apache_sha1},
    {"$P$", 22, kCryptAlphabet, judge_phpass, compute_phpass},
    {"$H$", 22, kCryptAlphabet, judge_phpass, compute_phpass},
    // Its 86 characters are cut so that the whole has 55.
    {"$S$", 43, kCryptAlphabet, judge_drupal, compute_drupal},
    {"$pbkdf2-sha256$", 43, kPasslibBase64, judge_passlib_pbkdf2, compute_passlib_pbkdf2},
    {"$pbkdf2-sha512$", 86, kPasslibBase64, judge_passlib_pbkdf2, compute_passlib_pbkdf2},
    {"pbkdf2_sha256$", 44, kPaddedBase64, judge_django_pbkdf2, compute_django_pbkdf2},
    {"pbkdf2_sha512$", 88, kPaddedBase64, judge_django_pbkdf2, compute_django_pbkdf2},
    {"$scrypt$", 43, kBase64, judge_passlib_scrypt, compute_passlib_scrypt},
    {"scrypt$", 88, kPaddedBase64, judge_django_scrypt, compute_django_scrypt},
};

std::string swap(std::string text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
  return text;
}

}  // namespace

const Kind* kind_of(std::string_view stored) {
  for (const Kind& kind : kKinds) {
    if (stored.starts_with(kind.prefix)) return &kind;
  }
  return nullptr;
}

std::string_view setting_of(const Kind& kind, std::string_view stored) {
  if (stored.size() < kind.prefix.size() + kind.digest) return "";
  const std::size_t setting = stored.size() - kind.digest;
  return is_made_of(stored.substr(setting), kind.alphabet) ? stored.substr(0, setting) : "";
}

bool is_made_of(std::string_view text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == std::string_view::npos;
}

long long plain_number(std::string_view text) {
  if (text.empty() || !is_digit(text[0]) || (text.size() > 1 && text[0] == '0')) return -1;
  return parse_integer(text).value_or(-1);
}

long long named_number(std::string_view field, std::string_view name) {
  return field.starts_with(name) ? plain_number(field.substr(name.size())) : -1;
}

std::string to_bare_base64(std::string_view bytes, char plus) {
  return swap(swap(to_base64url(bytes), '-', plus), '_', '/');
}

std::optional<std::string> from_bare_base64(std::string_view text, char plus) {
  if (text.find_first_of("-_") != std::string_view::npos) return std::nullopt;
  return from_base64url(swap(swap(std::string(text), plus, '-'), '/', '_'));
}

std::string_view take_field(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view field = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return field;
}

}  // namespace gatehouse::crypto::foreign
