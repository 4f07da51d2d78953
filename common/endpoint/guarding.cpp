// SPDX-License-Identifier: Apache-2.0
#include "endpoint/guarding.h"

#include <algorithm>

#include "auth/audit/audit.h"
#include "base/failure.h"
#include "base/text.h"
#include "endpoint/page.h"
#include "http/cookie.h"
#include "http/media_type.h"
#include "http/problem.h"

namespace gatehouse {
namespace {

using guard::Verdict;
using guard::Visitor;
using http::CookieKind;
using http::Request;
using http::Response;

constexpr minutes kAway{10};  // how long somebody may take to sign in

// Who sees the answer: a front server that understands 200, 401 and 403 only; one that passes a refusal on as it is;
// or, after a refusal, the person.
enum class Audience { check, redirect, page };

struct Question {
  Audience audience = Audience::check;
  const guard::Site* site = nullptr;
  std::string_view method;
  std::string_view uri;  // with its query
  guard::Asked asked{};
  Address address{};
};

struct Setting {
  Audience audience;
  bool is_forwarded = false;
};

bool is_authorizer(const Request& request) { return request.role == "AUTHORIZER"; }

// GATEHOUSE_GUARD; without it, an authorizer's refusals are passed on and a responder's are read.
Setting setting_of(const Request& request) {
  Setting setting{is_authorizer(request) ? Audience::redirect : Audience::check};
  for (const std::string& word : split(request.guard, ' ')) {
    if (word == "check") {
      setting.audience = Audience::check;
    } else if (word == "redirect") {
      setting.audience = Audience::redirect;
    } else if (word == "page") {
      setting.audience = Audience::page;
    } else if (word == "forwarded") {
      setting.is_forwarded = true;
    } else {
      throw Misconfigured("GATEHOUSE_GUARD knows check, redirect, page and forwarded, not '" + word + "'");
    }
  }
  return setting;
}

Question question_of(const guard::Sites& sites, const Occasion& occasion, const Request& request) {
  const Setting setting = setting_of(request);
  const auto site = sites.find(request.site);
  if (site == sites.end()) {
    throw Misconfigured("GATEHOUSE_SITE is '" + std::string(request.site) + "', which the rules don't name");
  }
  Question question{.audience = setting.audience, .site = &site->second, .method = {}, .uri = {}};
  question.method = setting.is_forwarded ? request.forwarded_method : request.method_name;
  question.uri = setting.is_forwarded ? request.forwarded_uri : request.uri;
  question.asked.path = question.uri.substr(0, question.uri.find('?'));
  if (!setting.is_forwarded) {
    question.asked.rewritten = request.rewritten_uri;
    // Where a page is asked for, the file is the guard itself (ErrorDocument on Apache).
    if (setting.audience != Audience::page) question.asked.file = request.file;
    question.asked.document_root = request.document_root;
  }
  // Behind a gateway that the front server was not told to believe, everybody has the gateway's address.
  const bool is_gateways = setting.is_forwarded && occasion.settings().trusted_proxies.empty();
  if (!is_gateways) question.address = occasion.address;
  return question;
}

bool is_from_browser(const Request& request) { return !request.fetch_mode.empty() || !request.fetch_site.empty(); }

// Somebody who looks at pages, and not a script in one, nor a program.
bool is_person(const Request& request) {
  if (!request.authorization.empty() || !request.api_key.empty()) return false;
  if (!request.fetch_mode.empty()) return request.fetch_mode == "navigate";
  return http::accepts(request.accept, http::media_type(pages::kHtml));
}

// How an identity travels: an authorizer's `Variable-X` becomes a variable of the site's programs, and whatever else it
// sends may reach the client; who asks a responder copies headers.
enum class Carried { as_variables, as_headers };

Response with_identity(Response response, const Visitor* visitor, Carried carried) {
  std::string groups;
  const Principal* who = visitor ? &visitor->principal : nullptr;
  if (who) {
    for (const std::string& group : who->groups) groups += (groups.empty() ? "" : ",") + group;
  }
  struct Fact {
    const char* variable;
    const char* header;
    std::string value;
  };
  const Fact facts[] = {
      {"Variable-REMOTE_USER", "X-Auth-User", who ? who->user.username : ""},
      {"Variable-AUTH_SUB", "X-Auth-Sub", who ? std::to_string(who->user.id.value) : ""},
      {"Variable-AUTH_EMAIL", "X-Auth-Email", who && who->user.is_verified ? who->user.email : ""},
      {"Variable-AUTH_ROLE", "X-Auth-Role", who ? who->role : ""},
      {"Variable-AUTH_GROUPS", "X-Auth-Groups", groups},
      {"Variable-AUTH_SCOPE", "X-Auth-Scope", who ? who->rights.scopes.text() : ""},
  };
  for (const Fact& fact : facts) {
    if (carried == Carried::as_headers) {
      // Empty ones too: a gateway that copies headers would else leave the client's own.
      response = std::move(response).with(fact.header, fact.value);
    } else if (!fact.value.empty()) {
      response = std::move(response).with(fact.variable, fact.value);
    }
  }
  return response;
}

Response pass(const Visitor* visitor, const Request& request) {
  Response response{.status = 200};
  response.headers.push_back({"Variable-GATEHOUSE_DECISION", "pass"});
  return with_identity(std::move(response), visitor,
                       is_authorizer(request) ? Carried::as_variables : Carried::as_headers);
}

Response forbid(const Question& question, const Occasion& occasion, const Request& request, const Visitor* visitor) {
  const Settings& settings = occasion.settings();
  const Refusal refusal{Reason::forbidden, visitor ? visitor->principal.user.username + " may not see this page"
                                                   : "nobody may see this page"};
  Response response = question.audience == Audience::check || !is_person(request)
                          ? http::problem(refusal)
                          : pages::show(403, pages::message, settings,
                                        {{"title", "Not for you"},
                                         {"text", refusal.detail},
                                         {"link", settings.public_url + "/sign-out"},
                                         {"link_text", "Sign in as somebody else"}});
  return std::move(response).with(kGuardMark, "forbidden");
}

// Off to the sign-in page, with the way back. The browser keeps a nonce meanwhile, and only it can come back by it.
Response send_to_sign_in(const Question& question, const Occasion& occasion, const Request& request) {
  const std::string& origin = guard::origin_of(*question.site, request.host);
  const auto scheme = http::scheme_of(origin);
  const auto held = http::find_cookie(request.cookie, CookieKind::guard_start, scheme);
  // One that is away already, in another tab, goes on with what it holds.
  const std::string nonce = held && guard::is_nonce(*held) ? std::string(*held) : guard::draw_nonce(occasion.random());
  const bool is_read = question.method == "GET" || question.method == "HEAD";
  const std::string path = guard::is_path(question.uri) ? std::string(question.uri) : "/";
  return Response{.status = is_read ? 302 : 303}
      .with("Location", occasion.settings().public_url + "/sign-in?site=" + std::string(request.site) +
                            "&state=" + guard::state_of(nonce) + "&return=" + percent_encode(origin + path))
      .with("Set-Cookie", http::set_cookie(CookieKind::guard_start, scheme, nonce, kAway))
      .with(kGuardMark, "sign-in");
}

Response ask_who(const Question& question, const Occasion& occasion, const Request& request, const Verdict& verdict,
                 const Refusal* bad) {
  if (question.audience != Audience::check && is_person(request)) {
    return send_to_sign_in(question, occasion, request);
  }
  const std::string realm = "realm=\"" + std::string(request.site) + "\"";
  const bool is_token = bad && !request.authorization.starts_with("Basic");
  Response response = http::problem({Reason::unauthenticated, bad ? bad->detail : "this needs a sign-in"});
  response.headers.clear();
  response =
      std::move(response).with("WWW-Authenticate", "Bearer " + realm + (is_token ? ", error=\"invalid_token\"" : ""));
  // A browser would ask for a password, and send it from then on.
  if (verdict.offers_basic && !is_from_browser(request)) {
    response = std::move(response).with("WWW-Authenticate", "Basic " + realm + ", charset=\"UTF-8\"");
  }
  return std::move(response).with(kGuardMark, "sign-in");
}

void put_on_record(const Occasion& occasion, const Visitor& visitor, const std::string& why) {
  const Principal& principal = visitor.principal;
  occasion.database().unit([&](db::Work& work) {
    audit::record(work, occasion, audit::Event::unauthorized_access,
                  principal.on_record(principal.user.id, occasion.process.endpoint + ": " + why));
    return Done{};
  });
}

}  // namespace

Guarded stand_guard(const Occasion& occasion, const Request& request) {
  const Question question = question_of(guard::present_sites(occasion), occasion, request);
  const guard::Site& site = *question.site;
  const auto explain = [&](const std::string& text, int line) {
    return std::string(request.site) + (line > 0 ? ", line " + std::to_string(line) : "") + ": " + text;
  };
  const auto names = guard::names_of(question.asked);
  if (request.fault || !names || question.method.empty()) {
    return {forbid(question, occasion, request, nullptr), std::nullopt, explain("it could be read in two ways", 0)};
  }
  const guard::Request asked{request.site, question.method, *names, question.address};

  // Without a name first: what is open needs none, and what nobody may see needs no look at the database.
  Verdict verdict = guard::judge(site, asked, nullptr, {});
  const std::string& origin = guard::origin_of(site, request.host);
  const auto scheme = http::scheme_of(origin);
  const guard::Credentials shown{.cookie = http::find_cookie(request.cookie, CookieKind::guard, scheme).value_or(""),
                                 .authorization = request.authorization,
                                 .api_key = request.api_key,
                                 .from_browser = is_from_browser(request)};
  std::optional<Visitor> visitor;
  std::optional<Refusal> bad;
  if (verdict.kind != Verdict::Kind::forbidden) {
    auto known = guard::identify(occasion, {request.site, origin}, shown);
    if (known) {
      visitor = std::move(*known);
    } else {
      bad = known.refusal();  // where no name is asked for, it is ignored
    }
  }
  if (visitor) {
    verdict = guard::judge(site, asked, &*visitor, occasion.process.roles.present(occasion.database(), occasion.now));
  } else if (bad && bad->reason == Reason::deactivated && verdict.kind == Verdict::Kind::sign_in) {
    verdict.kind = Verdict::Kind::forbidden;
  }

  const auto user = visitor ? std::optional(visitor->principal.user.id) : std::nullopt;
  const Visitor* known = visitor ? &*visitor : nullptr;
  const std::string why = explain(verdict.why, verdict.line);
  switch (verdict.kind) {
    case Verdict::Kind::pass:
      if (known) guard::touch(occasion, *known);
      // An answer that a person sees is never a 200: it would be an empty page, or somebody's way in.
      if (question.audience == Audience::page) break;
      return {pass(known, request), user, why};
    case Verdict::Kind::sign_in:
      return {ask_who(question, occasion, request, verdict, bad ? &*bad : nullptr), user, why};
    case Verdict::Kind::forbidden:
      if (known && question.audience != Audience::page) put_on_record(occasion, *known, why);
      break;
  }
  return {forbid(question, occasion, request, known), user, why};
}

}  // namespace gatehouse
