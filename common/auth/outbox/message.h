// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"

namespace gatehouse::outbox {

// A mail as it is meant.
struct Message {
  MailId id;
  Time written_at;
  std::string from;       // an address
  std::string from_name;  // as people see it
  std::string to;         // an address
  std::string language;
  std::string subject;
  std::string text;
  std::string html;
};

// The same as it travels (RFC 5322, RFC 2045 to 2047): lines end with CR LF and have at most 998 characters, all is
// ASCII, and nothing that stands in a field can begin another. The same mail is the same bytes each time, Message-ID
// and Date too. Throws where an address is none.
std::string compose(const Message& message);

// By this others know that two copies are one mail.
std::string message_id(const MailId& id, std::string_view from);

// Of a field that may hold any text (RFC 2047), its name among the first line's characters: what is plain stays as it
// is, all else becomes encoded words; control characters become blanks.
std::string unstructured(std::string_view name, std::string_view text);

// RFC 2045 section 6.7, of a text whose lines end with LF.
std::string quoted_printable(std::string_view text);

}  // namespace gatehouse::outbox
