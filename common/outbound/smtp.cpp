// SPDX-License-Identifier: Apache-2.0
#include "outbound/smtp.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>

#include "base/failure.h"
#include "base/text.h"

namespace gatehouse::outbound {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kSeconds = 120;  // less than a sender has a mail for

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

struct Reading {
  std::string_view left;
};
std::size_t give(char* buffer, std::size_t size, std::size_t count, void* reading) {
  std::string_view& left = static_cast<Reading*>(reading)->left;
  const std::size_t bytes = std::min(size * count, left.size());
  std::memcpy(buffer, left.data(), bytes);
  left.remove_prefix(bytes);
  return bytes;
}

std::size_t take_nothing(char*, std::size_t size, std::size_t count, void*) { return size * count; }

// What was said last, but for the farewell: libcurl's own code says neither which command was refused nor, once it has
// said QUIT, how.
struct Exchange {
  std::string command{};
  int code = 0;
  bool is_over = false;
};
int note(CURL*, curl_infotype type, char* data, std::size_t size, void* exchange) {
  constexpr std::size_t kWord = 4;
  constexpr std::size_t kDigits = 3;
  Exchange& said = *static_cast<Exchange*>(exchange);
  const std::string_view line(data, size);
  if (type == CURLINFO_HEADER_OUT) {
    said.is_over = line.starts_with("QUIT");
    // What follows AUTH is a secret, and has no command before it.
    constexpr std::string_view kCommands[] = {"EHLO", "HELO", "STAR", "AUTH", "MAIL", "RCPT", "DATA"};
    const auto* const known = std::find(std::begin(kCommands), std::end(kCommands), line.substr(0, kWord));
    if (!said.is_over && known != std::end(kCommands)) said.command = *known;
  } else if (type == CURLINFO_HEADER_IN && !said.is_over) {
    said.code = static_cast<int>(parse_integer(line.substr(0, kDigits)).value_or(0));
  }
  return 0;
}

}  // namespace

struct SmtpConnection::State {
  Handle curl{nullptr, curl_easy_cleanup};
  std::string why = std::string(CURL_ERROR_SIZE, '\0');
  Exchange said{};
  std::string from{};
  List to{nullptr, curl_slist_free_all};
  Reading reading{};

  template <class T>
  void set(CURLoption option, T value) {
    if (curl_easy_setopt(curl.get(), option, value) != CURLE_OK) throw Failure("libcurl refuses a setting");
  }
  // What the server says in words may hold anything; its code may not.
  std::string reason(CURLcode done) const {
    const std::string answer = said.code >= 400 ? " (" + said.command + ": " + std::to_string(said.code) + ")" : "";
    return "SMTP: " + std::string(curl_easy_strerror(done)) + answer;
  }
};

SmtpConnection::SmtpConnection(const MailClient::Account& account) : state_(std::make_unique<State>()) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  state_->curl.reset(ready == CURLE_OK ? curl_easy_init() : nullptr);
  if (!state_->curl) throw Failure("libcurl can't be used");
  const MailRoute& route = account.route;
  const bool is_smtps = route.kind == MailRoute::Kind::smtps;
  const std::string url =
      std::string(is_smtps ? "smtps://" : "smtp://") + route.host + ":" + std::to_string(route.port);
  State& s = *state_;
  s.set(CURLOPT_URL, url.c_str());
  s.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  s.set(CURLOPT_PROXY, "");
  s.set(CURLOPT_NOSIGNAL, 1L);
  s.set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  s.set(CURLOPT_TIMEOUT, kSeconds);
  // A server that does not offer STARTTLS, or somebody between who cut it out, gets nothing.
  s.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  s.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  s.set(CURLOPT_SSL_VERIFYPEER, 1L);
  s.set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!account.ca_file.empty()) s.set(CURLOPT_CAINFO, account.ca_file.c_str());
  if (!route.user.empty()) {
    s.set(CURLOPT_USERNAME, route.user.c_str());
    s.set(CURLOPT_PASSWORD, std::string(account.password.reveal()).c_str());
  }
  s.set(CURLOPT_VERBOSE, 1L);
  s.set(CURLOPT_DEBUGFUNCTION, note);
  s.set(CURLOPT_DEBUGDATA, static_cast<void*>(&s.said));
  s.set(CURLOPT_READFUNCTION, give);
  s.set(CURLOPT_READDATA, static_cast<void*>(&s.reading));
  s.set(CURLOPT_WRITEFUNCTION, take_nothing);
}

SmtpConnection::~SmtpConnection() = default;

Delivery SmtpConnection::deliver(const Parcel& parcel) {
  using Fate = Delivery::Fate;
  State& s = *state_;
  s.from = "<" + parcel.from + ">";
  s.to.reset(curl_slist_append(nullptr, ("<" + parcel.to + ">").c_str()));
  s.reading.left = parcel.message.reveal();
  s.said = {};
  s.set(CURLOPT_MAIL_FROM, s.from.c_str());
  s.set(CURLOPT_MAIL_RCPT, s.to.get());
  s.set(CURLOPT_UPLOAD, 1L);
  const CURLcode done = curl_easy_perform(s.curl.get());
  if (done == CURLE_OK) return {};
  // A refusal of who is written to, or of what is written, is this mail's; one of who writes, or how, is everybody's.
  const bool is_about_it = s.said.command == "RCPT" || s.said.command == "DATA";
  if (!is_about_it || s.said.code < 400) return {Fate::unreachable, s.reason(done)};
  return {s.said.code >= 500 ? Fate::refused : Fate::postponed, s.reason(done)};
}

std::string SmtpConnection::probe() {
  State& s = *state_;
  s.said = {};
  s.set(CURLOPT_UPLOAD, 0L);
  s.set(CURLOPT_NOBODY, 1L);
  s.set(CURLOPT_CUSTOMREQUEST, "NOOP");
  const CURLcode done = curl_easy_perform(s.curl.get());
  return done == CURLE_OK ? "" : s.reason(done);
}

}  // namespace gatehouse::outbound
