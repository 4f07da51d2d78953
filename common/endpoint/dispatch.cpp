// SPDX-License-Identifier: Apache-2.0
#include "endpoint/dispatch.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "auth/rates/rates.h"
#include "base/text.h"
#include "endpoint/allowed_hosts.h"
#include "endpoint/caller.h"
#include "endpoint/guarding.h"
#include "endpoint/page.h"
#include "endpoint/same_origin.h"
#include "http/media_type.h"
#include "http/problem.h"

namespace gatehouse {
namespace {

using http::Request;

constexpr const char* kCorsRequestHeaders = "Authorization, Content-Type, X-API-Key, X-Request-ID, Idempotency-Key";
constexpr const char* kCorsShownHeaders =
    "X-Request-ID, Retry-After, X-Total-Count, Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset";
constexpr const char* kCorsMaxAge = "600";
constexpr seconds kRetrySoon{1};

// What one request gathers on its way, for its answer's headers and its log line.
struct Passage {
  const Endpoint& endpoint;
  const Request& request;
  Occasion occasion;
  const Operation* operation = nullptr;
  std::optional<allowances::Allowance> rate{};  // of the address, where it is counted here
  Limit refused_by = Limit::uncounted;          // which limit refused it
  Caller caller{};
  std::optional<UserId> user{};  // whom a guard saw
  std::string verdict{};         // … and what it said, for the log
  std::string error{};           // for the log, never for the client
  std::string warning{};         // likewise
};

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; });
}

std::string request_id(const Request& request, Randomness& random) {
  if (is_request_id(request.request_id)) return std::string(request.request_id);
  std::array<unsigned char, 16> noise;
  random.fill(noise);
  return to_base64url(bytes_of(noise));
}

bool is_accepted(Accepts accepts, const Request& request) {
  const bool is_json = http::is_json(request.content_type);
  const bool is_form = http::is_form(request.content_type);
  switch (accepts) {
    case Accepts::nothing: return true;
    case Accepts::json: return is_json;
    case Accepts::optional_json: return is_json || request.body.empty();  // whatever nothing is called
    case Accepts::json_or_query: return is_json || (request.body.empty() && request.content_type.empty());
    case Accepts::form: return is_form;
    case Accepts::json_or_form: return is_json || is_form;
  }
  return false;
}

// For the person who sees the 415; by Accepts.
constexpr const char* kWanted[] = {"",
                                   "the body must be application/json",
                                   "the body must be application/json",
                                   "the body must be application/x-www-form-urlencoded",
                                   "the body must be application/json or application/x-www-form-urlencoded",
                                   "the body must be application/json, or the fields stand in the query"};

// The reader over whatever this operation takes its fields from.
Result<Input> open_input(const Operation& operation, const Request& request, http::Pairs path) {
  const Accepts accepts = operation.policy().accepts;
  if (accepts == Accepts::optional_json && request.body.empty()) return Input(json::Value{}, std::move(path));
  const bool has_json = accepts != Accepts::nothing && accepts != Accepts::form && http::is_json(request.content_type);
  if (has_json) {
    auto parsed = json::parse(request.body, {.bytes = http::kMostBodyBytes, .depth = 16});
    if (!parsed.value) return Refusal{Reason::malformed, "the body is not JSON: " + parsed.error};
    if (!parsed.value->is(json::Kind::object)) return Refusal{Reason::malformed, "the body must be a JSON object"};
    return Input(std::move(*parsed.value), std::move(path));
  }
  // A query that nobody reads makes no difference.
  const bool only_path = accepts == Accepts::nothing && operation.fields().size() == path.size();
  if (only_path) return Input(http::Pairs{}, std::move(path));
  const bool in_query = accepts == Accepts::nothing || accepts == Accepts::json_or_query;
  auto pairs = http::parse_pairs(in_query ? request.query : request.body);
  if (!pairs) return pairs.refusal();
  return Input(std::move(*pairs), std::move(path));
}

Response answer_options(const Endpoint& endpoint, const Settings& settings, const Request& request) {
  Response response{.status = 204};
  response.headers.push_back({"Allow", endpoint.allowed_methods()});
  if (request.requested_method.empty() || !is_allowed_origin(settings, request.origin)) return response;
  response.headers.push_back({"Access-Control-Allow-Methods", endpoint.allowed_methods()});
  response.headers.push_back({"Access-Control-Allow-Headers", kCorsRequestHeaders});
  response.headers.push_back({"Access-Control-Max-Age", kCorsMaxAge});
  return response;
}

constexpr seconds kTellAgain = hours(1);

// Behind a proxy that nobody listed, everybody's address is the proxy's: one for all limits and locks.
void tell_of_forwarding(Passage& passage) {
  const Occasion& occasion = passage.occasion;
  if (passage.request.forwarded_for.empty() || !occasion.settings().trusted_proxies.empty()) return;
  Time& told_at = occasion.process.forwarding_told_at;
  if (occasion.now < told_at + kTellAgain) return;
  told_at = occasion.now;
  passage.warning =
      "X-Forwarded-For was sent, and TRUSTED_PROXIES is empty: if a proxy sends it, all its clients count as one";
}

Result<Done> count(Passage& passage, Limit limit) {
  passage.rate = rates::take(passage.occasion, limit);
  if (!passage.rate || passage.rate->granted) return Done{};
  passage.refused_by = limit;
  return Refusal{.reason = Reason::too_many_requests,
                 .detail = "too many requests from this address",
                 .retry_after = passage.rate->resets_in};
}

void require_address(const Passage& passage) {
  if (!passage.occasion.address.raw().empty()) return;
  throw Misconfigured("REMOTE_ADDR is no address: '" + std::string(passage.request.remote_address) + "'");
}

Result<Response> serve(Passage& passage) {
  const Request& request = passage.request;
  const Endpoint& endpoint = passage.endpoint;
  const Occasion& occasion = passage.occasion;

  // 1. Sizes, and whatever the transport found wrong. Who can't be told apart can't be counted.
  if (request.fault) return *request.fault;
  require_address(passage);
  tell_of_forwarding(passage);
  if (request.body.size() > http::kMostBodyBytes) return Refusal{Reason::too_large, "the body is too large"};

  // 2. The name it was asked by. Nothing is ever built from it.
  if (endpoint.hosts() == Hosts::ours) {
    const auto host = check_host(occasion.settings(), request.host);
    if (!host) return host.refusal();
  }

  // 3. The URL. The front server's routes are prefixes; this is the exact match.
  auto path = endpoint.match(request.path);
  const bool is_offered = endpoint.offered() == Offered::always || occasion.settings().examples;
  if (!path || !is_offered) return Refusal{Reason::not_found, "there is nothing at this address"};

  // 4. CORS: a preflight ends here.
  if (request.method == Method::Options) return answer_options(endpoint, occasion.settings(), request);

  // 5. Method.
  passage.operation = endpoint.find(request.method);
  if (!passage.operation) return Refusal{Reason::method_not_allowed, "this method is not allowed here"};
  const Operation& operation = *passage.operation;
  const Policy& policy = operation.policy();

  // 6. Content type.
  if (!is_accepted(policy.accepts, request)) {
    return Refusal{Reason::unsupported_media, kWanted[static_cast<int>(policy.accepts)]};
  }

  // 7. Rate, where the front server does not count by the same policies.
  const auto counted = count(passage, policy.limit);
  if (!counted) return counted.refusal();

  // 8. CSRF, where no credential is needed to do harm. Where a cookie is the credential, it is checked as it is taken.
  Context context(occasion, request, passage.caller.principal);
  if (policy.same_origin == SameOrigin::always) {
    const auto ours = check_same_origin(occasion.settings(), request);
    if (!ours) return ours.refusal();
  }

  // 9. Authenticate, 10. count, and 11. authorise.
  const auto admitted = admit(context, request, policy, passage.caller);
  if (!admitted) return admitted.refusal();

  // 12. The handler, on input that was checked.
  if (!operation.reads_input()) {
    Input nothing;
    return operation.run(context, nothing);
  }
  auto input = open_input(operation, request, std::move(*path));
  if (!input) return input.refusal();
  return operation.run(context, *input);
}

// What the use case counted for a session says no more than when to come back; the rest stands in the policy.
void note_session_limit(Passage& passage, const Refusal& refusal) {
  if (refusal.reason != Reason::too_many_requests || !passage.operation) return;
  const Limit limit = passage.operation->policy().session_limit;
  const bool was_granted = !passage.rate || passage.rate->granted;
  if (limit == Limit::uncounted || !was_granted) return;
  passage.rate = allowances::Allowance{.most = passage.occasion.settings().rate_of(limit).requests,
                                       .remaining = 0,
                                       .resets_in = refusal.retry_after,
                                       .granted = false};
  passage.refused_by = limit;
}

// What is said to a client of a refusal.
Response refuse(const Passage& passage, const Refusal& refusal) {
  const bool to_person = passage.operation && passage.operation->policy().shows == Shows::pages &&
                         http::accepts(passage.request.accept, http::media_type(pages::kHtml));
  Response response = to_person ? pages::show_refusal(refusal, passage.occasion.settings()) : http::problem(refusal);
  if (response.status == 405) response.headers.push_back({"Allow", passage.endpoint.allowed_methods()});
  return response;
}

// A guard's pipeline is its rules; all else is its site's.
Response answer_as_guard(Passage& passage) {
  require_address(passage);
  tell_of_forwarding(passage);
  Guarded guarded = stand_guard(passage.occasion, passage.request);
  passage.user = guarded.user;
  passage.verdict = std::move(guarded.why);
  return std::move(guarded.response);
}

// 13. A refusal becomes a problem; so does what was thrown, without a word about it to the client.
Outcome answer(Passage& passage) {
  const auto unavailable = [&](const std::exception& error) -> Outcome {
    passage.error = error.what();
    return {
        refuse(passage, {.reason = Reason::unavailable, .detail = "try again in a moment", .retry_after = kRetrySoon})};
  };
  try {
    if (passage.endpoint.guard()) return {answer_as_guard(passage)};
    auto result = serve(passage);
    if (result) return {std::move(*result)};
    note_session_limit(passage, result.refusal());
    put_on_record(passage.occasion, passage.caller, result.refusal());
    return {refuse(passage, result.refusal())};
  } catch (const db::Transient& error) {
    return unavailable(error);
  } catch (const db::Unavailable& error) {
    return unavailable(error);
  } catch (const Misconfigured& error) {
    return unavailable(error);
  } catch (const std::exception& error) {
    // Of a guard every inner error is a 503: some front servers know no other status.
    if (passage.endpoint.guard()) return {unavailable(error).response, Afterwards::end_process};
    passage.error = error.what();
    return {refuse(passage, {Reason::internal, "something went wrong here"}), Afterwards::end_process};
  }
}

void add_guard_headers(const Passage& passage, Response& response) {
  // A refusal must be known as the guard's; a page that it lets pass is the site's, and its headers are too.
  if (response.status >= 500) response.headers.push_back({kGuardMark, "unavailable"});
  if (response.status == 200 && passage.request.role == "AUTHORIZER") return;
  response.headers.push_back({"Cache-Control", "no-store"});
  response.headers.push_back({"X-Request-ID", passage.occasion.request_id});
}

// 14. Headers that every answer carries. The front server's configuration owns the security headers, and sends no
// other.
void add_headers(const Passage& passage, Response& response) {
  if (passage.endpoint.guard()) return add_guard_headers(passage, response);
  const Policy* policy = passage.operation ? &passage.operation->policy() : nullptr;
  const bool cacheable = policy && policy->cacheable > seconds(0) && response.status == 200;
  response.headers.push_back(
      {"Cache-Control", cacheable ? "public, max-age=" + std::to_string(policy->cacheable.count()) : "no-store"});
  response.headers.push_back({"Vary", "Origin"});
  response.headers.push_back({"X-Request-ID", passage.occasion.request_id});
  // Of a key or a user where there is one, since that is the narrower.
  if (const auto& allowance = passage.caller.allowance ? passage.caller.allowance : passage.rate) {
    response.headers.push_back({"X-RateLimit-Limit", std::to_string(allowance->most)});
    response.headers.push_back({"X-RateLimit-Remaining", std::to_string(allowance->remaining)});
    response.headers.push_back({"X-RateLimit-Reset", std::to_string(allowance->resets_in.count())});
  }
  if (is_allowed_origin(passage.occasion.settings(), passage.request.origin)) {
    response.headers.push_back({"Access-Control-Allow-Origin", std::string(passage.request.origin)});
    response.headers.push_back({"Access-Control-Allow-Credentials", "true"});
    response.headers.push_back({"Access-Control-Expose-Headers", kCorsShownHeaders});
  }
}

Level level_of(int status) {
  if (status >= 500) return Level::error;
  return status >= 400 ? Level::warning : Level::info;
}

// 15. One line.
void log(const Passage& passage, const Response& response, std::chrono::steady_clock::time_point start) {
  Process& process = passage.occasion.process;
  const auto database_time = process.database.take_time_spent();
  const bool is_boring =
      passage.endpoint.guard() || (passage.operation && passage.operation->policy().noise == Noise::boring);
  const bool boring = is_boring && response.status < 300;
  if (boring && passage.warning.empty() && !process.settings.debug) return;
  const auto spent = std::chrono::steady_clock::now() - start;
  const Level level = passage.warning.empty() ? Level::info : Level::warning;
  LogLine line(passage.occasion.now, std::max(level, level_of(response.status)));
  line.add("endpoint", process.endpoint)
      .add("method", http::name_of(passage.request.method))
      .add("status", static_cast<std::int64_t>(response.status))
      .add_milliseconds("ms", std::chrono::duration_cast<std::chrono::microseconds>(spent).count())
      .add_milliseconds("database_ms", database_time.count())
      .add("request_id", passage.occasion.request_id)
      .add("address", passage.request.remote_address);
  // What fail2ban reads: only this program chooses what stands before it in a line.
  if (passage.refused_by != Limit::uncounted) line.add("limit", word_of(passage.refused_by));
  if (const auto& who = passage.caller.principal) line.add("user_id", who->user.id.value);
  if (passage.user) line.add("user_id", passage.user->value);
  if (!passage.verdict.empty()) line.add("verdict", passage.verdict);
  if (!passage.warning.empty()) line.add("warning", passage.warning);
  if (!passage.error.empty()) line.add("error", passage.error);
  process.log(std::move(line).finish());
}

}  // namespace

Outcome dispatch(const Endpoint& endpoint, Process& process, const Request& request) {
  const auto start = std::chrono::steady_clock::now();
  Passage passage{.endpoint = endpoint,
                  .request = request,
                  .occasion = {.process = process,
                               .now = process.clock.now(),
                               .address = Address::parse(request.remote_address),
                               .request_id = request_id(request, process.random),
                               .user_agent = std::string(request.user_agent)}};
  Outcome outcome = answer(passage);
  add_headers(passage, outcome.response);
  log(passage, outcome.response, start);
  return outcome;
}

Outcome refuse_to_serve(const std::string& endpoint, const LogSink& log, Time now, const std::string& why) {
  LogLine line(now, Level::error);
  line.add("endpoint", endpoint).add("status", 503).add("error", why);
  log(std::move(line).finish());
  Outcome outcome{
      http::problem({.reason = Reason::unavailable, .detail = "not in service", .retry_after = seconds(10)})};
  outcome.response.headers.push_back({"Cache-Control", "no-store"});
  return outcome;
}

}  // namespace gatehouse
