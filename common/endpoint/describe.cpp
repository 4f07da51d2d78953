// SPDX-License-Identifier: Apache-2.0
#include "db/schema.h"
#include "endpoint/endpoint.h"

namespace gatehouse {
namespace {

constexpr const char* kTypeNames[] = {"string", "integer", "boolean", "date-time", "strings"};

void write_access(json::Writer& w, const Access& access) {
  w.begin_object();
  w.key("kind").string(access.kind() == Access::Kind::user ? "user" : "anonymous");
  if (access.kind() == Access::Kind::anonymous) w.key("why").string(access.why());
  if (!access.scopes().empty()) w.key("scopes").string(access.scopes().text());
  if (access.fresh_login() > minutes(0)) w.key("fresh_login_minutes").integer(access.fresh_login().count());
  if (access.minimum_role() > Role::user) w.key("minimum_role").string(access::name_of(access.minimum_role()));
  w.end_object();
}

void write_input(json::Writer& w, const Operation& operation) {
  w.begin_array();
  for (const http::InputField& field : operation.fields()) {
    w.begin_object();
    w.key("name").string(field.name);
    w.key("required").boolean(field.required);
    w.key("ignored").boolean(field.ignored);
    w.key("least").integer(static_cast<std::int64_t>(field.rule.least));
    w.key("most").integer(static_cast<std::int64_t>(field.rule.most));
    w.key("meaning").string(field.rule.meaning);
    if (field.rule.pattern[0] != '\0') w.key("pattern").string(field.rule.pattern);
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
    w.key("members").begin_array();
    for (const json::Field& field : answer.shape->fields()) {
      w.begin_object();
      w.key("name").string(field.name);
      w.key("type").string(kTypeNames[static_cast<int>(field.type)]);
      w.key("nullable").boolean(field.nullable == json::Nullable::yes);
      w.end_object();
    }
    w.end_array();
  } else {
    w.key("content_type").string(answer.document.content_type);
    w.key("meaning").string(answer.document.meaning);
  }
  w.end_object();
}

void write_operation(json::Writer& w, const Operation& operation) {
  constexpr const char* kAccepts[] = {"nothing", "json", "optional_json", "form", "json_or_form"};
  const Policy& policy = operation.policy();
  w.begin_object();
  w.key("method").string(http::name_of(policy.method));
  w.key("promise").string(policy.promise);
  w.key("access");
  write_access(w, policy.access);
  w.key("limit").begin_object();
  w.key("requests").integer(policy.limit.requests);
  w.key("seconds").integer(policy.limit.period.count());
  w.end_object();
  w.key("accepts").string(kAccepts[static_cast<int>(policy.accepts)]);
  w.key("input");
  write_input(w, operation);
  w.key("answers").begin_array();
  for (const Answer& answer : policy.answers) write_answer(w, answer);
  w.end_array();
  w.key("audits").begin_array();
  for (const Event event : policy.audits) w.string(audit::name_of(event));
  w.end_array();
  w.end_object();
}

}  // namespace

std::string_view build_id() { return GATEHOUSE_BUILD; }

std::string version_line(const Endpoint& endpoint) {
  return endpoint.name() + " " GATEHOUSE_VERSION " (build " GATEHOUSE_BUILD ")";
}

std::string describe(const Endpoint& endpoint) {
  json::Writer w;
  w.begin_object();
  w.key("name").string(endpoint.name());
  w.key("route").string(endpoint.route());
  w.key("version").string(GATEHOUSE_VERSION);
  w.key("build").string(GATEHOUSE_BUILD);
  w.key("mints").boolean(endpoint.power() == Power::mints);
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
