// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gatehouse::http {

enum class Method { Get, Head, Post, Put, Patch, Delete, Options, Other };
std::string_view name_of(Method method);
Method method_named(std::string_view name);  // exact: methods are case-sensitive (RFC 9110 section 9.1)

// What bounds a request, whatever the front server lets through.
inline constexpr std::size_t kMostBodyBytes = 64 * 1024;
inline constexpr int kMostHeaders = 64;
inline constexpr std::size_t kMostHeaderBytes = 16 * 1024;

// One request, as views into the transport's own memory: they live until it is answered. Of what a client claims
// (HTTP_*), only what is named here is ever looked at.
struct Request {
  Method method = Method::Other;
  std::string_view method_name;  // as it was sent
  std::string_view uri;          // raw: REQUEST_URI
  std::string_view path;         // … up to '?'
  std::string_view query;        // … and behind it
  std::string_view content_type;
  std::optional<std::int64_t> content_length;
  bool chunked = false;  // of unknown length: read to the end
  std::string_view remote_address;

  // What the front server's configuration says, or knows of the request further in: for the guard.
  std::string_view site;           // GATEHOUSE_SITE
  std::string_view guard;          // GATEHOUSE_GUARD
  std::string_view role;           // FCGI_ROLE
  std::string_view rewritten_uri;  // REDIRECT_URI, up to '?'
  std::string_view file;           // SCRIPT_FILENAME
  std::string_view document_root;

  std::string_view accept;
  std::string_view api_key;  // X-API-Key
  std::string_view authorization;
  std::string_view cookie;
  std::string_view fetch_mode;        // Sec-Fetch-Mode
  std::string_view fetch_site;        // Sec-Fetch-Site
  std::string_view forwarded_for;     // X-Forwarded-For: never believed, but told of in the log
  std::string_view forwarded_method;  // what a gateway asks about, where the configuration says that one asks
  std::string_view forwarded_uri;
  std::string_view host;
  std::string_view idempotency_key;
  std::string_view origin;
  std::string_view requested_method;  // of a CORS preflight
  std::string_view request_id;
  std::string_view user_agent;

  std::string body;
  std::optional<Refusal> fault;  // what is wrong before anything is looked at
};

// Reads CGI variables ("NAME=value", ended by nullptr), as FastCGI and CGI both give them.
Request read_variables(const char* const* variables);

}  // namespace gatehouse::http
