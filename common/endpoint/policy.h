// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/access/access.h"
#include "auth/audit/audit.h"
#include "auth/keys/keys.h"
#include "base/list.h"
#include "base/rate.h"
#include "base/time.h"
#include "http/request.h"
#include "json/shape.h"

namespace gatehouse {

// The words a policy is written in.
using access::Access;
using access::Permission;
using access::Scope;
using audit::Event;
using http::Method;
using keys::Power;

// `optional_json`: a request without a body is an empty object. `json_or_form`: whichever the content type says.
// `json_or_query`: without a body, the fields stand in the query.
enum class Accepts { nothing, json, optional_json, form, json_or_form, json_or_query };

// An answer that is a document with a form of its own: a page, a key set.
struct Document {
  const char* content_type = "";
  const char* meaning = "";
};

enum class Count { one, many };

struct Answer {
  int status = 0;
  const json::Shape* shape = nullptr;  // of a JSON object …
  Count count = Count::one;            // many: an array of them
  Document document{};                 // … or what else it is

  constexpr Answer() = default;
  constexpr Answer(int s, const json::Shape& of, Count c = Count::one) : status(s), shape(&of), count(c) {}
  constexpr Answer(int s, Document of) : status(s), document(of) {}
};

// When a request must prove that it comes from a page of ours: where a cookie is its credential, or always, where the
// answer sets cookies (a login that another site makes for you is an attack too).
enum class SameOrigin { where_cookie_is_credential, always };

// Whether a success is worth a line in the log.
enum class Noise { worth_a_line, boring };

// `as_example`: only where EXAMPLES is on; else there is nothing at this URL.
enum class Offered { always, as_example };

// Who is refused: a program reads a problem document, a person a page.
enum class Shows { problems, pages };

// Which Host may stand in a request: PUBLIC_URL's or another of ALLOWED_HOSTS; or any, where load balancers ask by
// address.
enum class Hosts { ours, any };

// Everything a caller, an operator or a reviewer must know of an operation. What is not declared is denied.
struct Policy {
  Method method;
  const char* promise;  // one sentence; the API description's summary
  Access access;
  Limit limit;                             // of one address: the front server counts, or dispatch (RATE_LIMIT_STORE)
  Limit session_limit = Limit::uncounted;  // of one session, where only the use case knows it
  Rate user_limit{};                       // of one user in all places, where that is narrower
  Accepts accepts = Accepts::nothing;
  List<Answer, 4> answers{};
  List<Event, 8> audits{};
  Power power = Power::verifies;
  SameOrigin same_origin = SameOrigin::where_cookie_is_credential;
  seconds cacheable{0};  // by anybody; 0: no-store
  Noise noise = Noise::worth_a_line;
  Offered offered = Offered::always;
  Shows shows = Shows::problems;
  Hosts hosts = Hosts::ours;
};

// What stands at no URL of its own: it is asked about every request to the sites it guards. Their rules are its policy.
struct Guard {
  const char* promise;
  List<Event, 8> audits{};
};

}  // namespace gatehouse
