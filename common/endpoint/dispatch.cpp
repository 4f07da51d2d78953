// SPDX-License-Identifier: Apache-2.0
#include "endpoint/dispatch.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "auth/access/access.h"
#include "base/text.h"
#include "http/problem.h"

namespace gatehouse {
namespace {

using http::Request;

constexpr const char* kCorsRequestHeaders = "Authorization, Content-Type, X-API-Key, X-Request-ID, Idempotency-Key";
constexpr const char* kCorsMaxAge = "600";
constexpr seconds kRetrySoon{1};

// What one request gathers on its way, for its answer's headers and its log line.
struct Passage {
  const Endpoint& endpoint;
  const Request& request;
  Occasion occasion;
  const Operation* operation = nullptr;
  std::optional<UserId> user{};
  std::string error{};  // for the log, never for the client
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

bool is_allowed_origin(const Settings& settings, std::string_view origin) {
  return std::any_of(settings.allowed_origins.begin(), settings.allowed_origins.end(),
                     [&](const std::string& allowed) { return allowed == origin; });
}

std::string_view media_type(std::string_view content_type) {
  return trim(content_type.substr(0, content_type.find(';')));
}

bool is_accepted(Accepts accepts, std::string_view content_type) {
  const std::string_view type = media_type(content_type);
  switch (accepts) {
    case Accepts::nothing: return true;
    case Accepts::json: return equal_ignoring_case(type, "application/json");
    case Accepts::form: return equal_ignoring_case(type, "application/x-www-form-urlencoded");
  }
  return false;
}

// The reader over whatever this operation takes its fields from.
Result<Input> open_input(const Operation& operation, const Request& request, http::Pairs path) {
  if (operation.policy().accepts == Accepts::json) {
    auto parsed = json::parse(request.body, {.bytes = http::kMostBodyBytes, .depth = 16});
    if (!parsed.value) return Refusal{Reason::malformed, "the body is not JSON: " + parsed.error};
    if (!parsed.value->is(json::Kind::object)) return Refusal{Reason::malformed, "the body must be a JSON object"};
    return Input(std::move(*parsed.value), std::move(path));
  }
  auto pairs = http::parse_pairs(operation.policy().accepts == Accepts::form ? request.body : request.query);
  if (!pairs) return pairs.refusal();
  return Input(std::move(*pairs), std::move(path));
}

// RFC 6750 section 2.1. Two header fields joined by a comma are not one token.
Result<std::string_view> bearer_token(const Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = request.authorization;
  if (header.empty()) return Refusal{Reason::unauthenticated, "this needs a bearer token"};
  if (header.size() <= kScheme.size() || !equal_ignoring_case(header.substr(0, kScheme.size()), kScheme)) {
    return Refusal{Reason::unauthenticated, "this needs a bearer token"};
  }
  return header.substr(kScheme.size());
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

Result<Response> serve(Passage& passage) {
  const Request& request = passage.request;
  const Endpoint& endpoint = passage.endpoint;
  const Occasion& occasion = passage.occasion;

  // 1. Sizes, and whatever the transport found wrong.
  if (request.fault) return *request.fault;
  if (request.body.size() > http::kMostBodyBytes) return Refusal{Reason::too_large, "the body is too large"};

  // 2. The URL. The front server's routes are prefixes; this is the exact match.
  auto path = endpoint.match(request.path);
  if (!path) return Refusal{Reason::not_found, "there is nothing at this address"};

  // 3. CORS: a preflight ends here.
  if (request.method == Method::Options) return answer_options(endpoint, occasion.settings(), request);

  // 4. Method.
  passage.operation = endpoint.find(request.method);
  if (!passage.operation) return Refusal{Reason::method_not_allowed, "this method is not allowed here"};
  const Operation& operation = *passage.operation;
  const Policy& policy = operation.policy();

  // 5. Content type.
  if (!is_accepted(policy.accepts, request.content_type)) {
    return Refusal{Reason::unsupported_media, policy.accepts == Accepts::json
                                                  ? "the body must be application/json"
                                                  : "the body must be application/x-www-form-urlencoded"};
  }

  // 6. Rate: counted by the front server, from the same policies.

  // 7. Authenticate, and 8. authorise.
  std::optional<sessions::Principal> principal;
  if (policy.access.kind() == Access::Kind::user) {
    const auto token = bearer_token(request);
    if (!token) return token.refusal();
    auto known = sessions::authenticate_bearer(occasion, *token);
    if (!known) return known.refusal();
    passage.user = known->user.id;
    const auto allowed = access::authorise(policy.access, known->user.role, known->scopes);
    if (!allowed) return allowed.refusal();
    principal = std::move(*known);
  }

  // 9. The handler, on input that was checked.
  Context context(occasion, principal);
  if (!operation.reads_input()) {
    Input nothing;
    return operation.run(context, nothing);
  }
  auto input = open_input(operation, request, std::move(*path));
  if (!input) return input.refusal();
  return operation.run(context, *input);
}

// 10. A refusal becomes a problem; so does what was thrown, without a word about it to the client.
Outcome answer(Passage& passage) {
  const auto unavailable = [&](const std::exception& error) -> Outcome {
    passage.error = error.what();
    return {
        http::problem({.reason = Reason::unavailable, .detail = "try again in a moment", .retry_after = kRetrySoon})};
  };
  try {
    auto result = serve(passage);
    if (result) return {std::move(*result)};
    Response problem = http::problem(result.refusal());
    if (problem.status == 405) problem.headers.push_back({"Allow", passage.endpoint.allowed_methods()});
    return {std::move(problem)};
  } catch (const db::Transient& error) {
    return unavailable(error);
  } catch (const db::Unavailable& error) {
    return unavailable(error);
  } catch (const Misconfigured& error) {
    return unavailable(error);
  } catch (const std::exception& error) {
    passage.error = error.what();
    return {http::problem({Reason::internal, "something went wrong here"}), Afterwards::end_process};
  }
}

// 11. Headers that every answer carries. The front server's configuration owns the security headers, and sends no
// other.
void add_headers(const Passage& passage, Response& response) {
  const Policy* policy = passage.operation ? &passage.operation->policy() : nullptr;
  const bool cacheable = policy && policy->cacheable > seconds(0) && response.status == 200;
  response.headers.push_back(
      {"Cache-Control", cacheable ? "public, max-age=" + std::to_string(policy->cacheable.count()) : "no-store"});
  response.headers.push_back({"Vary", "Origin"});
  response.headers.push_back({"X-Request-ID", passage.occasion.request_id});
  if (is_allowed_origin(passage.occasion.settings(), passage.request.origin)) {
    response.headers.push_back({"Access-Control-Allow-Origin", std::string(passage.request.origin)});
    response.headers.push_back({"Access-Control-Allow-Credentials", "true"});
    response.headers.push_back({"Access-Control-Expose-Headers", "X-Request-ID, Retry-After"});
  }
}

Level level_of(int status) {
  if (status >= 500) return Level::error;
  return status >= 400 ? Level::warning : Level::info;
}

// 12. One line.
void log(const Passage& passage, const Response& response, std::chrono::steady_clock::time_point start) {
  Process& process = passage.occasion.process;
  const auto database_time = process.database.take_time_spent();
  const bool boring = passage.operation && passage.operation->policy().noise == Noise::boring && response.status < 400;
  if (boring && !process.settings.debug) return;
  const auto spent = std::chrono::steady_clock::now() - start;
  LogLine line(passage.occasion.now, level_of(response.status));
  line.add("endpoint", process.endpoint)
      .add("method", http::name_of(passage.request.method))
      .add("status", static_cast<std::int64_t>(response.status))
      .add_milliseconds("ms", std::chrono::duration_cast<std::chrono::microseconds>(spent).count())
      .add_milliseconds("database_ms", database_time.count())
      .add("request_id", passage.occasion.request_id)
      .add("address", passage.request.remote_address);
  if (passage.user) line.add("user_id", passage.user->value);
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
