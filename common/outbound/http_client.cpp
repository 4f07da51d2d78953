// SPDX-License-Identifier: Apache-2.0
#include "outbound/http_client.h"

#include <curl/curl.h>

#include <memory>

#include "base/failure.h"
#include "base/text.h"

namespace gatehouse::outbound {
namespace {

constexpr long kConnectSeconds = 5;
constexpr long kSeconds = 20;
constexpr std::size_t kMostBytes = 1024 * 1024;

// CURL_SSLVERSION_MAX_TLSv1_1 is this, and outside the range of its enumeration.
constexpr long kTls10To11 = CURL_SSLVERSION_TLSv1_0 | (CURL_SSLVERSION_TLSv1_1 << 16);

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* answer) {
  auto& body = static_cast<HttpAnswer*>(answer)->body;
  body.append(bytes, std::min(size * count, kMostBytes - body.size()));
  return size * count;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* answer) {
  auto& headers = static_cast<HttpAnswer*>(answer)->headers;
  const std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) headers.clear();  // what came before was an interim answer
  if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return size * count;
}

std::string end_of_certificate(CURL* curl) {
  curl_certinfo* chain = nullptr;
  if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1) return "";
  constexpr std::string_view kField = "Expire date:";
  for (const curl_slist* line = chain->certinfo[0]; line; line = line->next) {
    const std::string_view text = line->data;
    if (text.starts_with(kField)) return std::string(trim(text.substr(kField.size())));
  }
  return "";
}

}  // namespace

std::vector<std::string> HttpAnswer::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [header, value] : headers) {
    if (equal_ignoring_case(header, name)) values.push_back(value);
  }
  return values;
}

std::string HttpAnswer::first(std::string_view name) const {
  const auto values = all(name);
  return values.empty() ? "" : values.front();
}

HttpAnswer fetch(const HttpRequest& request) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const Handle curl(ready == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup);
  if (!curl) throw Failure("libcurl can't be used");
  List headers(nullptr, curl_slist_free_all);
  for (const std::string& header : request.headers) {
    if (curl_slist* longer = curl_slist_append(headers.get(), header.c_str())) {
      static_cast<void>(headers.release());
      headers.reset(longer);
    }
  }

  HttpAnswer answer;
  std::string why(CURL_ERROR_SIZE, '\0');
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_ERRORBUFFER, why.data());
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  set(CURLOPT_TIMEOUT, kSeconds);
  if (request.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else {
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
  set(CURLOPT_HEADERFUNCTION, take_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&answer));
  set(CURLOPT_CERTINFO, 1L);
  if (!request.ca_file.empty()) set(CURLOPT_CAINFO, request.ca_file.c_str());
  if (request.proof == Proof::not_asked) {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (request.offer == Offer::tls_1_1_and_older) {
    set(CURLOPT_SSLVERSION, kTls10To11);
    set(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0");  // else our own side would refuse it
  } else {
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  }

  const CURLcode done = curl_easy_perform(curl.get());
  if (done != CURLE_OK) {
    why.resize(why.find('\0'));
    throw Unreachable(why.empty() ? curl_easy_strerror(done) : why, done == CURLE_PEER_FAILED_VERIFICATION
                                                                        ? Unreachable::Why::certificate
                                                                        : Unreachable::Why::connection);
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  answer.certificate_ends = end_of_certificate(curl.get());
  return answer;
}

}  // namespace gatehouse::outbound
