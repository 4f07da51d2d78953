// SPDX-License-Identifier: Apache-2.0
#include "base/mail.h"

#include <algorithm>

#include "base/host.h"
#include "base/text.h"

namespace gatehouse {
namespace {

constexpr std::size_t kLongestAddress = 254;
constexpr std::size_t kLongestLocalPart = 64;  // RFC 5321 section 4.5.3.1.1
constexpr std::size_t kLongestLabel = 63;

// `atext` of RFC 5321 and the dot: no quotes, no comments, no blanks.
bool is_local_part(std::string_view part) {
  constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~.";
  return !part.empty() && part.size() <= kLongestLocalPart && part.front() != '.' && part.back() != '.' &&
         part.find("..") == std::string_view::npos && std::all_of(part.begin(), part.end(), [&](char c) {
           return is_alnum(c) || kOthers.find(c) != std::string_view::npos;
         });
}

bool is_domain_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x21 || c == 0x7f; });
}

std::optional<MailRoute> parse_server(MailRoute route, std::string_view rest) {
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const auto user = percent_decode(rest.substr(0, at), false);
    // A password would be in a file that all executables read.
    if (!user || user->empty() || has_controls(*user) || rest.substr(0, at).find(':') != std::string_view::npos) {
      return std::nullopt;
    }
    route.user = *user;
    rest.remove_prefix(at + 1);
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (!is_host(rest)) return std::nullopt;
  route.port = route.kind == MailRoute::Kind::smtps ? 465 : 587;
  const auto colon = rest.rfind(':');
  const bool has_port = colon != std::string_view::npos && !rest.ends_with(']');
  if (has_port) {
    const auto port = parse_integer(rest.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) return std::nullopt;
    route.port = static_cast<int>(*port);
    rest = rest.substr(0, colon);
  }
  if (rest.empty()) return std::nullopt;
  route.host = rest;
  return route;
}

}  // namespace

// Not an address literal: the last label is not all digits.
bool is_mail_domain(std::string_view domain) {
  std::size_t labels = 0;
  std::string_view last;
  while (!domain.empty()) {
    const std::size_t end = std::min(domain.find('.'), domain.size());
    last = domain.substr(0, end);
    if (!is_domain_label(last)) return false;
    ++labels;
    if (end + 1 == domain.size()) return false;  // a final dot
    domain.remove_prefix(std::min(end + 1, domain.size()));
  }
  return labels >= 2 && !std::all_of(last.begin(), last.end(), is_digit);
}

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return text.size() <= kLongestAddress && at != std::string_view::npos && is_local_part(text.substr(0, at)) &&
         is_mail_domain(text.substr(at + 1));
}

bool is_language(std::string_view text) {
  return std::find(kLanguages.begin(), kLanguages.end(), text) != kLanguages.end();
}

std::optional<MailRoute> parse_mail_url(std::string_view text) {
  using Kind = MailRoute::Kind;
  if (has_controls(text)) return std::nullopt;
  const auto after = [&](std::string_view scheme) -> std::optional<std::string_view> {
    return text.starts_with(scheme) ? std::optional(text.substr(scheme.size())) : std::nullopt;
  };
  if (const auto rest = after("smtp://")) return parse_server({.kind = Kind::smtp}, *rest);
  if (const auto rest = after("smtps://")) return parse_server({.kind = Kind::smtps}, *rest);
  if (const auto rest = after("sendmail:")) {
    if (!rest->starts_with('/')) return std::nullopt;  // which program it is may not depend on PATH
    return MailRoute{.kind = Kind::sendmail, .path = std::string(*rest)};
  }
  if (const auto rest = after("file:"); rest && !rest->empty()) {
    return MailRoute{.kind = Kind::file, .path = std::string(*rest)};
  }
  return std::nullopt;
}

}  // namespace gatehouse
