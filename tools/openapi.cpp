// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

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

struct Tag {
  std::string_view name;
  std::string_view meaning;
};

// The headings that operations stand under: a URL's first segment below /api/v1.
constexpr Tag kTags[] = {
    {"auth", "Log in and out; trade, refresh and revoke tokens; change the password."},
    {"users", "Register; one's own account."},
    {"sessions", "Where one is logged in."},
    {"api-keys", "Keys for programs."},
    {"admin", "Users, roles, groups and the audit trail, for those who administer."},
    {"posts", "The example resource."},
};
constexpr std::string_view kApi = "/api/v1/";
constexpr std::string_view kSite = "site";

std::string_view tag_of(std::string_view route) {
  if (route.substr(0, kApi.size()) != kApi) return kSite;
  route.remove_prefix(kApi.size());
  return route.substr(0, route.find('/'));
}

void write_tags(Writer& w, const std::vector<Value>& endpoints) {
  std::set<std::string_view> used;
  for (const Value& endpoint : endpoints) used.insert(tag_of(endpoint.string_of("route")));
  const auto write = [&](std::string_view name, std::string_view meaning) {
    w.begin_object().key("name").string(name).key("description").string(meaning).end_object();
  };
  w.key("tags").begin_array();
  for (const Tag& tag : kTags) {
    if (used.erase(tag.name) > 0) write(tag.name, tag.meaning);
  }
  used.erase(kSite);
  for (const std::string_view name : used) write(name, "What stands below " + std::string(kApi) + std::string(name));
  write(kSite, "This installation about itself.");
  w.end_array();
}

void write_reference(Writer& w, const std::string& to) { w.begin_object().key("$ref").string(to).end_object(); }

void write_meaning(Writer& w, const Value& field) {
  if (!field.string_of("meaning").empty()) w.key("description").string(field.string_of("meaning"));
}

// What a field of a request takes, as a JSON Schema; its meaning stands in it where there is no better place.
enum class Meaning { in_schema, beside_it };
void write_field(Writer& w, const Value& field, Meaning meaning) {
  const std::string_view type = field.string_of("type");
  w.begin_object();
  if (meaning == Meaning::in_schema) write_meaning(w, field);
  w.key("type").string(type == "words" ? "array" : type == "text" ? "string" : type);
  if (type == "integer") {
    w.key("minimum").integer(integer_of(field, "least"));
    w.key("maximum").integer(integer_of(field, "most"));
  } else if (type == "words") {
    w.key("items").begin_object().key("type").string("string").end_object();
  } else if (type == "text") {
    if (integer_of(field, "least") > 0) w.key("minLength").integer(integer_of(field, "least"));
    w.key("maxLength").integer(integer_of(field, "most"));
    if (!field.string_of("pattern").empty()) w.key("pattern").string(field.string_of("pattern"));
  }
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
    write_field(w, field, Meaning::in_schema);
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
    write_meaning(w, field);
    w.key("in").string(in_path ? "path" : "query");
    w.key("required").boolean(in_path || truth_of(field, "required"));
    w.key("schema");
    write_field(w, field, Meaning::beside_it);
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

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Only OAuth's scheme has a place for scopes; the operation's description has them for the others.
void write_scheme(Writer& w, const char* scheme, std::string_view scopes = "") {
  w.begin_object().key(scheme).begin_array();
  for (const std::string_view scope : words_of(scopes)) w.string(scope);
  w.end_array().end_object();
}

// Any one of the list will do; an empty member is nobody.
void write_security(Writer& w, const Value& access) {
  const std::string_view kind = access.string_of("kind");
  const std::string_view scopes = access.string_of("scopes");
  w.key("security").begin_array();
  if (kind == "optional") w.begin_object().end_object();
  if (kind == "user" || kind == "user_or_key" || kind == "optional") {
    write_scheme(w, "password", scopes);
    write_scheme(w, "bearer");
  }
  if (kind == "api_key" || kind == "user_or_key" || kind == "optional") write_scheme(w, "apiKey");
  w.end_array();
}

// A class that the operator's configuration gives a rate, or a number of the policy's own.
std::string limit_of(const Value& limit) {
  if (limit.find("class")) {
    return std::string(limit.string_of("default")) + " (the limit `" + std::string(limit.string_of("class")) +
           "`, unless the operator says otherwise)";
  }
  return std::to_string(integer_of(limit, "requests")) + " in " + std::to_string(integer_of(limit, "seconds")) +
         " seconds";
}

// What the policy says, for people.
std::string description_of(const Value& operation) {
  const Value& access = *operation.find("access");
  const std::string_view kind = access.string_of("kind");
  std::string text = kind == "anonymous"     ? "Anybody may call this: "
                     : kind == "optional"    ? "With or without a login or an API key: "
                     : kind == "user"        ? "Takes a login"
                     : kind == "api_key"     ? "Takes an API key"
                     : kind == "user_or_key" ? "Takes a login or an API key"
                                             : std::string(kind);
  text += access.string_of("why");
  const auto demand = [&](const char* what, std::string_view words) {
    const char* between = what;
    for (const std::string_view word : words_of(words)) {
      text += std::string(between) + " `" + std::string(word) + "`";
      between = ",";
    }
  };
  demand(", the scope", access.string_of("scopes"));
  demand(", the permission", access.string_of("permissions"));
  demand(", at least the role", access.string_of("minimum_role"));
  const char* between = ", one of the roles";
  for (const Value& role : items_of(access, "roles")) {
    demand(between, role.text);
    between = ",";
  }
  if (const auto age = integer_of(access, "fresh_login_minutes")) {
    text += "; the login must not be older than " + std::to_string(age) + " minutes";
  }
  text += ".\n\nAt most " + limit_of(*operation.find("limit")) + " from one address";
  if (const Value* limit = operation.find("session_limit")) text += ", and " + limit_of(*limit) + " of one session";
  if (const Value* limit = operation.find("user_limit")) text += ", and " + limit_of(*limit) + " of one user";
  text += ".";
  const char* opening = "\n\nOn record: ";
  for (const Value& event : items_of(operation, "audits")) {
    text += opening + ("`" + event.text + "`");
    opening = ", ";
  }
  return text;
}

void write_operation(Writer& w, const Value& endpoint, const Value& operation) {
  const std::string_view route = endpoint.string_of("route");
  w.key(to_lower(operation.string_of("method"))).begin_object();
  w.key("tags").begin_array().string(tag_of(route)).end_array();
  w.key("operationId").string(std::string(endpoint.string_of("name")) + "_" + to_lower(operation.string_of("method")));
  w.key("summary").string(operation.string_of("promise"));
  w.key("description").string(description_of(operation));
  w.key("x-rate-limit").string(limit_of(*operation.find("limit")) + " from one address");
  write_security(w, *operation.find("access"));
  write_parameters(w, operation, route);
  if (operation.string_of("accepts") != "nothing") write_body(w, operation, route);
  write_answers(w, operation);
  w.end_object();
}

void write_shape(Writer& w, const Value& answer);

void write_member(Writer& w, const Value& member) {
  const std::string_view type = member.string_of("type");
  const std::string_view json_type = type == "date-time" ? "string"
                                     : type == "strings" ? "array"
                                     : type == "objects" ? "array"
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
  if (type == "objects") {
    w.key("items");
    write_shape(w, member);
  }
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
  w.key("mfa_token").begin_object().key("type").string("string");
  w.key("description").string("Of `second-factor-required`: what leads on to the second step.").end_object();
  w.key("expires_in").begin_object().key("type").string("integer");
  w.key("description").string("How many seconds it does.").end_object();
  w.key("errors").begin_object().key("type").string("array").key("items").begin_object();
  w.key("type").string("object").key("properties").begin_object();
  text("field");
  text("message");
  w.key("strength").begin_object().key("type").string("integer");
  w.key("description").string("Of a refused password: 0 (guessed at once) to 4.").end_object();
  w.end_object().end_object().end_object();
  w.end_object();
  w.key("required").begin_array().string("type").string("title").string("status").string("detail").end_array();
  w.end_object();
}

// The ways in: a user name and a password, and what they or `api-keys/generate` gave.
void write_security_schemes(Writer& w) {
  const auto scopes = access::words_of(access::Scope{});
  w.key("securitySchemes").begin_object();

  w.key("password").begin_object();
  w.key("type").string("oauth2");
  w.key("description")
      .string("A user name (or email) and a password, for an access token. No client id or secret is needed.");
  w.key("flows").begin_object().key("password").begin_object();
  w.key("tokenUrl").string(std::string(kApi) + "auth/token");
  w.key("scopes").begin_object();
  for (const auto& scope : scopes) w.key(scope.name).string(scope.meaning);
  w.end_object().end_object().end_object().end_object();

  w.key("bearer").begin_object();
  w.key("type").string("http").key("scheme").string("bearer").key("bearerFormat").string("JWT");
  std::string text = "An access token. Its scopes:";  // this scheme has no place of its own for them
  for (const auto& scope : scopes) text += "\n- `" + std::string(scope.name) + "`: " + scope.meaning;
  w.key("description").string(text);
  w.end_object();

  w.key("apiKey").begin_object();
  w.key("type").string("apiKey").key("in").string("header").key("name").string("X-API-Key");
  w.key("description").string("A key of `POST /api/v1/api-keys/generate`.");
  w.end_object();
  w.end_object();
}

}  // namespace

int openapi(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--executables"});
  const std::string directory = given.option("--executables", config::executable_home() + "/bin");
  std::vector<Value> endpoints = read_descriptions(directory);
  const bool examples = load_config().settings.examples;
  const auto is_page = [](const Value& endpoint) {
    const auto& operations = items_of(endpoint, "operations");
    return std::any_of(operations.begin(), operations.end(), [](const Value& each) { return truth_of(each, "page"); });
  };
  std::erase_if(endpoints, [&](const Value& endpoint) {
    return is_page(endpoint) || (!examples && truth_of(endpoint, "example"));
  });

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
  // Whatever name and port the reader came by: a page may call only where it is from.
  w.key("servers").begin_array().begin_object().key("url").string("/").end_object().end_array();
  write_tags(w, endpoints);
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
  write_security_schemes(w);
  w.end_object();
  w.end_object();
  std::puts(w.take().c_str());
  return 0;
}

}  // namespace gatehouse::tool
