// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <map>

#include "auth/access/rights.h"
#include "base/text.h"
#include "command.h"
#include "descriptions.h"

namespace gatehouse::tool {
namespace {

using json::Value;
using json::Writer;

constexpr const char* kProblemReference = "#/components/schemas/Problem";

bool truth_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member && member->truth;
}

const std::vector<Value>& items_of(const Value& object, std::string_view name) {
  static const std::vector<Value> none;
  const Value* member = object.find(name);
  return member ? member->items : none;
}

void write_reference(Writer& w, const std::string& to) { w.begin_object().key("$ref").string(to).end_object(); }

// A field of a request, as a JSON Schema.
void write_field(Writer& w, const Value& field) {
  const std::string_view type = field.string_of("type");
  w.begin_object();
  if (!field.string_of("meaning").empty()) w.key("description").string(field.string_of("meaning"));
  if (type == "integer") {
    w.key("type").string("integer");
    w.key("minimum").integer(integer_of(field, "least"));
    w.key("maximum").integer(integer_of(field, "most"));
    w.end_object();
    return;
  }
  if (type == "boolean") {
    w.key("type").string("boolean").end_object();
    return;
  }
  if (type == "words") {
    w.key("type").string("array").key("items").begin_object().key("type").string("string").end_object().end_object();
    return;
  }
  w.key("type").string("string");
  if (integer_of(field, "least") > 0) w.key("minLength").integer(integer_of(field, "least"));
  w.key("maxLength").integer(integer_of(field, "most"));
  if (!field.string_of("pattern").empty()) w.key("pattern").string(field.string_of("pattern"));
  w.end_object();
}

// The name of a field's place in the URL, or nothing.
bool is_in_path(std::string_view route, std::string_view name) {
  return route.find("{" + std::string(name) + "}") != std::string_view::npos;
}

void write_body_schema(Writer& w, const Value& operation, std::string_view route) {
  w.begin_object().key("schema").begin_object();
  w.key("type").string("object");
  w.key("additionalProperties").boolean(false);
  w.key("properties").begin_object();
  for (const Value& field : items_of(operation, "input")) {
    if (is_in_path(route, field.string_of("name"))) continue;
    w.key(field.string_of("name"));
    write_field(w, field);
  }
  w.end_object();
  w.key("required").begin_array();
  for (const Value& field : items_of(operation, "input")) {
    if (truth_of(field, "required") && !is_in_path(route, field.string_of("name"))) w.string(field.string_of("name"));
  }
  w.end_array();
  w.end_object().end_object();
}

void write_body(Writer& w, const Value& operation, std::string_view route) {
  const std::string_view accepts = operation.string_of("accepts");
  w.key("requestBody").begin_object();
  w.key("required").boolean(accepts != "optional_json" && accepts != "json_or_query");
  w.key("content").begin_object();
  if (accepts.find("json") != std::string_view::npos) {
    w.key("application/json");
    write_body_schema(w, operation, route);
  }
  if (accepts.find("form") != std::string_view::npos) {
    w.key("application/x-www-form-urlencoded");
    write_body_schema(w, operation, route);
  }
  w.end_object().end_object();
}

void write_parameters(Writer& w, const Value& operation, std::string_view route) {
  const bool has_body = operation.string_of("accepts") != "nothing";
  w.key("parameters").begin_array();
  for (const Value& field : items_of(operation, "input")) {
    const bool in_path = is_in_path(route, field.string_of("name"));
    if (!in_path && has_body) continue;
    w.begin_object();
    w.key("name").string(field.string_of("name"));
    w.key("in").string(in_path ? "path" : "query");
    w.key("required").boolean(in_path || truth_of(field, "required"));
    w.key("schema");
    write_field(w, field);
    w.end_object();
  }
  w.end_array();
}

void write_content(Writer& w, const Value& answer) {
  const std::string shape(answer.string_of("shape"));
  if (shape.empty()) {
    w.key(trim(answer.string_of("content_type").substr(0, answer.string_of("content_type").find(';'))));
    w.begin_object().end_object();
    return;
  }
  w.key("application/json").begin_object().key("schema");
  if (truth_of(answer, "many")) {
    w.begin_object().key("type").string("array").key("items");
    write_reference(w, "#/components/schemas/" + shape);
    w.end_object();
  } else {
    write_reference(w, "#/components/schemas/" + shape);
  }
  w.end_object();
}

// Answers of one status stand together, whatever form each has.
void write_answers(Writer& w, const Value& operation) {
  std::map<std::int64_t, std::vector<const Value*>> by_status;
  for (const Value& answer : items_of(operation, "answers")) by_status[integer_of(answer, "status")].push_back(&answer);
  w.key("responses").begin_object();
  for (const auto& [status, answers] : by_status) {
    const Value& first = *answers.front();
    w.key(std::to_string(status)).begin_object();
    w.key("description").string(first.string_of(first.find("shape") ? "shape" : "meaning"));
    w.key("content").begin_object();
    for (const Value* answer : answers) write_content(w, *answer);
    w.end_object().end_object();
  }
  w.key("default").begin_object();
  w.key("description").string("A refusal or a failure (RFC 9457)");
  w.key("content").begin_object().key("application/problem+json").begin_object().key("schema");
  write_reference(w, kProblemReference);
  w.end_object().end_object().end_object();
  w.end_object();
}

// OpenAPI has no place of its own for the scopes of a bearer token.
std::string scope_list() {
  std::string text = "An access token. Its scopes:";
  for (const auto& scope : access::words_of(access::Scope{})) {
    text += "\n- `" + std::string(scope.name) + "`: " + scope.meaning;
  }
  return text;
}

void write_scheme(Writer& w, const char* scheme, std::string_view scopes) {
  w.begin_object().key(scheme).begin_array();
  while (!scopes.empty()) {
    const std::size_t end = std::min(scopes.find(' '), scopes.size());
    w.string(scopes.substr(0, end));
    scopes.remove_prefix(std::min(end + 1, scopes.size()));
  }
  w.end_array().end_object();
}

// Any one of the list will do; an empty member is nobody.
void write_security(Writer& w, const Value& access) {
  const std::string_view kind = access.string_of("kind");
  const std::string_view scopes = access.string_of("scopes");
  w.key("security").begin_array();
  if (kind == "optional") w.begin_object().end_object();
  if (kind == "user" || kind == "user_or_key" || kind == "optional") write_scheme(w, "bearer", scopes);
  if (kind == "api_key" || kind == "user_or_key" || kind == "optional") write_scheme(w, "apiKey", scopes);
  w.end_array();
}

void write_operation(Writer& w, const Value& endpoint, const Value& operation) {
  const std::string_view route = endpoint.string_of("route");
  const Value& limit = *operation.find("limit");
  w.key(to_lower(operation.string_of("method"))).begin_object();
  w.key("operationId").string(std::string(endpoint.string_of("name")) + "_" + to_lower(operation.string_of("method")));
  w.key("summary").string(operation.string_of("promise"));
  w.key("x-rate-limit")
      .string(std::string(limit.string_of("class")) + ", from one address " + std::string(limit.string_of("default")) +
              " unless the operator says otherwise");
  write_security(w, *operation.find("access"));
  write_parameters(w, operation, route);
  if (operation.string_of("accepts") != "nothing") write_body(w, operation, route);
  write_answers(w, operation);
  w.end_object();
}

void write_member(Writer& w, const Value& member) {
  const std::string_view type = member.string_of("type");
  const std::string_view json_type = type == "date-time" ? "string"
                                     : type == "strings" ? "array"
                                     : type == "counts"  ? "object"
                                                         : type;
  w.begin_object();
  w.key("type");
  if (truth_of(member, "nullable")) {
    w.begin_array().string(json_type).string("null").end_array();
  } else {
    w.string(json_type);
  }
  if (type == "date-time") w.key("format").string("date-time");
  if (type == "strings") w.key("items").begin_object().key("type").string("string").end_object();
  if (type == "counts") w.key("additionalProperties").begin_object().key("type").string("integer").end_object();
  w.end_object();
}

void write_shape(Writer& w, const Value& answer) {
  w.begin_object();
  w.key("type").string("object");
  w.key("properties").begin_object();
  for (const Value& member : items_of(answer, "members")) {
    w.key(member.string_of("name"));
    write_member(w, member);
  }
  w.end_object();
  w.key("required").begin_array();
  for (const Value& member : items_of(answer, "members")) w.string(member.string_of("name"));
  w.end_array().end_object();
}

void write_problem_schema(Writer& w) {
  const auto text = [&](const char* name) { w.key(name).begin_object().key("type").string("string").end_object(); };
  w.key("Problem").begin_object();
  w.key("type").string("object");
  w.key("properties").begin_object();
  text("type");
  text("title");
  w.key("status").begin_object().key("type").string("integer").end_object();
  text("detail");
  w.key("errors").begin_object().key("type").string("array").key("items").begin_object();
  w.key("type").string("object").key("properties").begin_object();
  text("field");
  text("message");
  w.end_object().end_object().end_object();
  w.end_object();
  w.key("required").begin_array().string("type").string("title").string("status").string("detail").end_array();
  w.end_object();
}

}  // namespace

int openapi(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--executables"});
  const std::string directory = given.option("--executables", config::executable_home() + "/bin");
  std::vector<Value> endpoints = read_descriptions(directory);
  const bool examples = load_config().settings.examples;
  std::erase_if(endpoints, [&](const Value& endpoint) { return !examples && truth_of(endpoint, "example"); });

  std::map<std::string, const Value*> shapes;  // one schema for a shape, however many endpoints answer it
  Writer w;
  w.begin_object();
  w.key("openapi").string("3.1.0");
  w.key("info").begin_object();
  w.key("title").string("Gatehouse");
  w.key("description").string("Authentication and authorization for classic web servers.");
  w.key("version").string(endpoints.front().string_of("version"));
  w.key("license").begin_object().key("name").string("Apache-2.0").key("identifier").string("Apache-2.0").end_object();
  w.end_object();
  w.key("paths").begin_object();
  for (const Value& endpoint : endpoints) {
    w.key(endpoint.string_of("route")).begin_object();
    for (const Value& operation : items_of(endpoint, "operations")) {
      write_operation(w, endpoint, operation);
      for (const Value& answer : items_of(operation, "answers")) {
        if (answer.find("shape")) shapes[std::string(answer.string_of("shape"))] = &answer;
      }
    }
    w.end_object();
  }
  w.end_object();
  w.key("components").begin_object();
  w.key("schemas").begin_object();
  for (const auto& [name, answer] : shapes) {
    w.key(name);
    write_shape(w, *answer);
  }
  write_problem_schema(w);
  w.end_object();
  w.key("securitySchemes").begin_object().key("bearer").begin_object();
  w.key("type").string("http").key("scheme").string("bearer").key("bearerFormat").string("JWT");
  w.key("description").string(scope_list());
  w.end_object();
  w.key("apiKey").begin_object();
  w.key("type").string("apiKey").key("in").string("header").key("name").string("X-API-Key");
  w.end_object().end_object();
  w.end_object();
  w.end_object();
  std::puts(w.take().c_str());
  return 0;
}

}  // namespace gatehouse::tool
