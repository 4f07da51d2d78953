// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace gatehouse {

// An address as most mail servers accept it (RFC 5321 section 4.1.2): ASCII, a local part of at most 64 characters
// without quotes, a domain of at least two labels, at most 254 characters in all. So it can stand in a command, a
// header or an argument as it is.
bool is_mail_address(std::string_view text);

// Whether this can be the domain of one.
bool is_mail_domain(std::string_view text);

// The languages that mail is written in.
inline constexpr std::array<std::string_view, 3> kLanguages{"en", "de", "fr"};
bool is_language(std::string_view text);

// How mail leaves, as MAIL_URL says it.
struct MailRoute {
  enum class Kind {
    smtp,      // plain at first, then STARTTLS or nothing at all
    smtps,     // TLS from the first byte
    sendmail,  // a program that takes a message on its standard input
    file,      // a folder, a file each
  };
  Kind kind = Kind::file;
  std::string host{};  // of smtp and smtps; an IPv6 address in brackets
  int port = 0;
  std::string user{};  // "": nobody logs in
  std::string path{};  // of the program or folder; a folder may be relative

  friend bool operator==(const MailRoute&, const MailRoute&) = default;
};

// smtp://user@host:port, smtps://user@host:port (587 and 465 where there is no port; a user's '@' is %40),
// sendmail:/path or file:folder. A password has no place in it.
std::optional<MailRoute> parse_mail_url(std::string_view text);

// One mail as it leaves: to one address.
struct Parcel {
  std::string name;  // the same for the same mail, good for a file: "20260301T120000-verify_email-…"
  std::string from;
  std::string to;
  Secret message;  // RFC 5322, lines end with CR LF
};

// What became of it.
struct Delivery {
  enum class Fate {
    delivered,    // whoever took it answers for it from now on
    refused,      // this mail, for good
    postponed,    // this mail, for now
    unreachable,  // nobody who would take any: not this mail's fault
  };
  Fate fate = Fate::delivered;
  std::string error{};  // in our own words: it is kept and shown
};

}  // namespace gatehouse
