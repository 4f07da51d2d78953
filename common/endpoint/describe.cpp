// SPDX-License-Identifier: Apache-2.0
#include "db/schema.h"
#include "endpoint/endpoint.h"
#include "endpoint/routing.h"

namespace gatehouse {
namespace {

constexpr const char* kTypeNames[] = {"string", "integer", "boolean", "date-time", "strings", "counts", "objects"};

constexpr const char* kAccessNames[] = {"anonymous", "optional", "user", "api_key", "user_or_key"};
constexpr const char* kFieldNames[] = {"text", "integer", "boolean", "words"};

void write_access(json::Writer& w, const Access& access) {
  w.begin_object();
  w.key("kind").string(kAccessNames[static_cast<int>(access.kind())]);
  if (access.why()[0] != '\0') w.key("why").string(access.why());
  if (!access.minimum_role().empty()) w.key("minimum_role").string(access.minimum_role());
  if (access.roles().size() > 0) {
    w.key("roles").begin_array();
    for (const char* role : access.roles()) w.string(role);
    w.end_array();
  }
  if (!access.permissions().empty()) w.key("permissions").string(access.permissions().text());
  if (!access.scopes().empty()) w.key("scopes").string(access.scopes().text());
  if (access.fresh_login() > minutes(0)) w.key("fresh_login_minutes").integer(access.fresh_login().count());
  if (access.second_factor()) w.key("second_factor").boolean(true);
  w.end_object();
}

// By its word: what number an installation gives it stands in its configuration.
void write_limit(json::Writer& w, Limit limit) {
  w.begin_object();
  w.key("class").string(word_of(limit));
  if (limit != Limit::uncounted) {
    const LimitWords& words = kLimitWords.at(static_cast<std::size_t>(limit));
    w.key("key").string(words.key);
    w.key("default").string(words.fallback);
  }
  w.end_object();
}

void write_input(json::Writer& w, const Operation& operation) {
  w.begin_array();
  for (const http::InputField& field : operation.fields()) {
    w.begin_object();
    w.key("name").string(field.name);
    w.key("required").boolean(field.required);
    w.key("ignored").boolean(field.ignored);
    w.key("type").string(kFieldNames[static_cast<int>(field.type)]);
    const bool is_integer = field.type == http::FieldType::integer;
    w.key("least").integer(is_integer ? field.integer.least : static_cast<std::int64_t>(field.rule.least));
    w.key("most").integer(is_integer ? field.integer.most : static_cast<std::int64_t>(field.rule.most));
    w.key("meaning").string(field.rule.meaning);
    if (field.rule.pattern[0] != '\0') w.key("pattern").string(field.rule.pattern);
    w.end_object();
  }
  w.end_array();
}

void write_members(json::Writer& w, const json::Shape& shape) {
  w.key("members").begin_array();
  for (const json::Field& field : shape.fields()) {
    w.begin_object();
    w.key("name").string(field.name);
    w.key("type").string(kTypeNames[static_cast<int>(field.type)]);
    w.key("nullable").boolean(field.nullable == json::Nullable::yes);
    if (field.of) write_members(w, *field.of);
    w.end_object();
  }
  w.end_array();
}

void write_answer(json::Writer& w, const Answer& answer) {
  w.begin_object();
  w.key("status").integer(answer.status);
  if (answer.shape) {
    w.key("shape").string(answer.shape->name);
    w.key("many").boolean(answer.count == Count::many);
    write_members(w, *answer.shape);
  } else {
    w.key("content_type").string(answer.document.content_type);
    w.key("meaning").string(answer.document.meaning);
  }
  w.end_object();
}

void write_operation(json::Writer& w, const Operation& operation) {
  constexpr const char* kAccepts[] = {"nothing", "json", "optional_json", "form", "json_or_form", "json_or_query"};
  const Policy& policy = operation.policy();
  w.begin_object();
  w.key("method").string(http::name_of(policy.method));
  w.key("promise").string(policy.promise);
  w.key("access");
  write_access(w, policy.access);
  w.key("limit");
  write_limit(w, policy.limit);
  if (policy.session_limit != Limit::uncounted) {
    w.key("session_limit");
    write_limit(w, policy.session_limit);
  }
  if (policy.user_limit.requests > 0) {
    w.key("user_limit").begin_object();
    w.key("requests").integer(policy.user_limit.requests);
    w.key("seconds").integer(policy.user_limit.period.count());
    w.end_object();
  }
  w.key("accepts").string(kAccepts[static_cast<int>(policy.accepts)]);
  w.key("input");
  write_input(w, operation);
  w.key("answers").begin_array();
  for (const Answer& answer : policy.answers) write_answer(w, answer);
  w.end_array();
  w.key("page").boolean(policy.shows == Shows::pages);
  w.key("audits").begin_array();
  for (const Event event : policy.audits) w.string(audit::name_of(event));
  w.end_array();
  w.end_object();
}

}  // namespace

std::string_view build_id() { return GATEHOUSE_BUILD; }

std::string version_line(const std::string& name) {
  return name + " " GATEHOUSE_VERSION " (build " GATEHOUSE_BUILD ")";
}

std::string version_line(const Endpoint& endpoint) { return version_line(endpoint.name()); }

std::string describe(const Endpoint& endpoint) {
  json::Writer w;
  w.begin_object();
  w.key("name").string(endpoint.name());
  w.key("route").string(endpoint.route());
  w.key("version").string(GATEHOUSE_VERSION);
  w.key("build").string(GATEHOUSE_BUILD);
  w.key("opens").boolean(endpoint.power() != Power::verifies);
  w.key("mints").boolean(endpoint.power() == Power::mints);
  // Not among the URLs of this installation: the configuration of a guarded site names it.
  w.key("on_guarded_sites").boolean(is_on_guarded_sites(endpoint));
  w.key("example").boolean(endpoint.offered() == Offered::as_example);
  w.key("schema").begin_object();
  w.key("needs").integer(db::kNeededSchema);
  w.key("knows").integer(db::kKnownSchema);
  w.end_object();
  w.key("operations").begin_array();
  for (const Operation& operation : endpoint.operations()) write_operation(w, operation);
  w.end_array();
  w.end_object();
  return w.take();
}

}  // namespace gatehouse
