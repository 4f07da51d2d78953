// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "auth/outbox/message.h"
#include "base/failure.h"
#include "base/mail.h"
#include "base/text.h"

namespace gatehouse::outbox {
namespace {

constexpr std::size_t kLine = 76;              // of what is encoded, RFC 2045
constexpr std::size_t kHeaderLine = 78;        // RFC 5322 section 2.1.1
constexpr std::size_t kLongestLine = 998;      // the same
constexpr std::size_t kEncodedWordBytes = 39;  // 64 characters with what stands around them; a line of them has 76
constexpr std::string_view kEnd = "\r\n";

bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

// RFC 4648 section 4, which base/encoding has no use for elsewhere.
std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned block = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      block = block << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) out += i + j <= bytes.size() ? kDigits[block >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view part = cut_utf8(text, kEncodedWordBytes);
    out += (out.empty() ? "" : "\r\n ") + ("=?utf-8?B?" + base64(part) + "?=");
    text.remove_prefix(part.size());
  }
  return out;
}

// What can't be shown can't begin a line either.
std::string without_controls(std::string_view text) {
  std::string clean(is_utf8(text) ? text : "?");
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return clean;
}

std::string folded(std::string_view name, std::string_view text) {
  std::string out;
  std::size_t column = name.size() + 2;
  for (const std::string& word : split(text, ' ')) {
    const bool is_first = out.empty();
    if (!is_first && column + 1 + word.size() > kHeaderLine && !word.empty()) {
      out += "\r\n";
      column = 0;
    }
    out += (is_first ? "" : " ") + word;
    column += word.size() + 1;
  }
  return out;
}

// RFC 5322 section 3.4: `Name <address>`, the name quoted or encoded where it is not words.
std::string mailbox(std::string_view name, std::string_view address) {
  const std::string clean(trim(without_controls(name)));
  const std::string angle = "<" + std::string(address) + ">";
  if (clean.empty()) return angle;
  const bool is_plain = std::all_of(clean.begin(), clean.end(), is_printable) &&
                        clean.find("=?") == std::string::npos && clean.size() <= kEncodedWordBytes;
  if (!is_plain) return encoded_words(clean) + "\r\n " + angle;
  std::string quoted;
  for (const char c : clean) quoted += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
  return "\"" + quoted + "\"\r\n " + angle;
}

// RFC 5322 section 3.3, in UTC.
std::string date_of(Time time) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<seconds>(time - day));
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%s, %02u %s %d %02d:%02d:%02d +0000",
                kDays.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

// As it is, where any server takes it so: a link then stays one line for whoever reads the source.
bool travels_as_it_is(std::string_view text) {
  std::size_t column = 0;
  for (const char c : text) {
    if (c != '\n' && !is_printable(c) && c != '\t') return false;
    column = c == '\n' ? 0 : column + 1;
    if (column > kLongestLine) return false;
  }
  return true;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

std::string part(std::string_view type, std::string_view text) {
  const bool as_it_is = travels_as_it_is(text);
  std::string out = "Content-Type: " + std::string(type) + "; charset=utf-8\r\nContent-Transfer-Encoding: ";
  out += as_it_is ? "7bit" : "quoted-printable";
  out += "\r\n\r\n" + (as_it_is ? with_crlf(text) : quoted_printable(text));
  if (!out.ends_with(kEnd)) out += kEnd;
  return out;
}

}  // namespace

std::string unstructured(std::string_view name, std::string_view text) {
  const std::string clean = without_controls(text);
  const bool is_plain = std::all_of(clean.begin(), clean.end(), is_printable) && clean.find("=?") == std::string::npos;
  const auto words = split(clean, ' ');
  const bool folds = std::all_of(words.begin(), words.end(),
                                 [&](const std::string& word) { return word.size() + name.size() + 2 < kHeaderLine; });
  // A line of blanks alone would be the end of the header for some.
  const bool is_blank = trim(clean).empty();
  const bool has_gaps = clean.find("  ") != std::string::npos || clean.starts_with(' ') || clean.ends_with(' ');
  if (is_blank) return "";
  return is_plain && folds && !has_gaps ? folded(name, clean) : encoded_words(clean);
}

std::string quoted_printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n') {
      out += kEnd;
      column = 0;
      continue;
    }
    if (column > kLine - 4) {  // the widest, and the '='
      out += "=\r\n";
      column = 0;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
    const bool is_blank = byte == ' ' || byte == '\t';
    // A dot alone on a line ends a message in SMTP; who sends doubles it, and not everybody remembers.
    const bool is_first_dot = byte == '.' && column == 0;
    const bool is_shown = is_printable(text[i]) || byte == '\t';
    const bool is_plain = is_shown && byte != '=' && !is_first_dot && !(is_blank && ends_line);
    if (is_plain) {
      out += text[i];
    } else {
      out += '=';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
    column += is_plain ? 1 : 3;
  }
  return out;
}

std::string message_id(const MailId& id, std::string_view from) {
  return "<" + to_hex(id.raw()) + "@" + std::string(from.substr(from.find('@') + 1)) + ">";
}

std::string compose(const Message& message) {
  if (!is_mail_address(message.from) || !is_mail_address(message.to)) bug("a mail from or to what is no address");
  // Nobody knows the id before, so no text can hold it; and "=_" can't stand in what is quoted-printable.
  const std::string boundary = "=_" + to_hex(message.id.raw());
  std::string out;
  const auto field = [&](std::string_view name, const std::string& value) {
    out += std::string(name) + ": " + value + std::string(kEnd);
  };
  field("Date", date_of(message.written_at));
  field("From", mailbox(message.from_name, message.from));
  field("To", "<" + message.to + ">");
  field("Subject", unstructured("Subject", message.subject));
  field("Message-ID", message_id(message.id, message.from));
  // RFC 3834: nobody's vacation answers this.
  field("Auto-Submitted", "auto-generated");
  field("Content-Language", is_language(message.language) ? message.language : "en");
  field("MIME-Version", "1.0");
  field("Content-Type", "multipart/alternative;\r\n boundary=\"" + boundary + "\"");
  out += kEnd;
  for (const auto& [type, text] : {std::pair<std::string_view, const std::string&>{"text/plain", message.text},
                                   std::pair<std::string_view, const std::string&>{"text/html", message.html}}) {
    out += "--" + boundary + std::string(kEnd) + part(type, text);
  }
  return out + "--" + boundary + "--" + std::string(kEnd);
}

}  // namespace gatehouse::outbox
