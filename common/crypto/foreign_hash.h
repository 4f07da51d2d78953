// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

// Private to common/crypto: password hashes that other products made. Each is "setting, then digest", the digest of a
// length that its kind fixes; a digest is recomputed from the setting and compared as text.
namespace gatehouse::crypto::foreign {

// Two lines through each kind's cost, drawn in its own unit (rounds, N·r·p …) by what one check takes on one core of
// 2023: below 10 ms a hash is fast, and worth little to keep as it is; above 3 s, or 256 MiB, it is a way to keep a
// process busy.
enum class Cost { unreadable, fast, slow, too_much };

struct Kind {
  std::string_view prefix;
  std::size_t digest;         // its characters, the last ones
  std::string_view alphabet;  // of the digest
  Cost (*judge)(std::string_view setting);
  // The whole hash; "" where the kind can't take such a password, or would take it for another's. Without NUL.
  std::string (*compute)(std::string_view setting, std::string_view password);
};

// nullptr: of no kind that is known here.
const Kind* kind_of(std::string_view stored);

// Of a hash of that kind: all but the digest. "" where the digest is cut off or garbled.
std::string_view setting_of(const Kind& kind, std::string_view stored);

// The families, each in a file of its own. `setting` is what judge() found readable.
Cost judge_bcrypt(std::string_view setting);
Cost judge_wordpress_bcrypt(std::string_view setting);
Cost judge_md5_crypt(std::string_view setting);
Cost judge_sha_crypt(std::string_view setting);
Cost judge_crypt_scrypt(std::string_view setting);
std::string compute_crypt(std::string_view setting, std::string_view password);
std::string compute_bcrypt(std::string_view setting, std::string_view password);
std::string compute_wordpress_bcrypt(std::string_view setting, std::string_view password);

Cost judge_apache_md5(std::string_view setting);
Cost judge_apache_sha1(std::string_view setting);
Cost judge_phpass(std::string_view setting);
Cost judge_drupal(std::string_view setting);
std::string compute_apache_md5(std::string_view setting, std::string_view password);
std::string compute_apache_sha1(std::string_view setting, std::string_view password);
std::string compute_phpass(std::string_view setting, std::string_view password);
std::string compute_drupal(std::string_view setting, std::string_view password);

Cost judge_passlib_pbkdf2(std::string_view setting);
Cost judge_django_pbkdf2(std::string_view setting);
Cost judge_passlib_scrypt(std::string_view setting);
Cost judge_django_scrypt(std::string_view setting);
std::string compute_passlib_pbkdf2(std::string_view setting, std::string_view password);
std::string compute_django_pbkdf2(std::string_view setting, std::string_view password);
std::string compute_passlib_scrypt(std::string_view setting, std::string_view password);
std::string compute_django_scrypt(std::string_view setting, std::string_view password);

// What the families share.
inline constexpr std::string_view kCryptAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
// Hashes that take in the whole password at every round would let a long one multiply their cost. libcrypt has this
// limit too.
inline constexpr std::size_t kLongestPassword = 511;

bool is_made_of(std::string_view text, std::string_view alphabet);
// A number as such formats write it: digits, no leading zero. -1 when it is none.
long long plain_number(std::string_view text);
// The number of "ln=16" where `name` is "ln="; -1 when it is none.
long long named_number(std::string_view field, std::string_view name);
// Base64 without padding, whose 63rd character is `plus`; as strict as from_base64url().
std::string to_bare_base64(std::string_view bytes, char plus);
std::optional<std::string> from_bare_base64(std::string_view text, char plus);
// Cuts off what stands before `separator`, and it; all of `text` where there is none.
std::string_view take_field(std::string_view& text, char separator);

inline Cost judge_work(long long work, long long slow_from, long long most) {
  if (work > most) return Cost::too_much;
  return work < slow_from ? Cost::fast : Cost::slow;
}

}  // namespace gatehouse::crypto::foreign
