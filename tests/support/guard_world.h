// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <string>

#include "auth/guard/guard.h"
#include "base/text.h"
#include "endpoint/form_token.h"
#include "support/server.h"
#include "support/world.h"

namespace gatehouse::test {

// Two guarded sites, and a browser that goes to them.
class GuardWorld : public World {
 protected:
  static constexpr const char* kNonce = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  static constexpr const char* kRules =
      "site wiki https://wiki.example.com https://www.wiki.example.com\n"
      "/public  *    anyone\n"
      "/office  *    network 10.0.0.0/8\n"
      "/git     *    user with basic\n"
      "/hooks   POST user with key\n"
      "/posts   GET  scope posts:read\n"
      "/mods    *    minimum-role moderator\n"
      "/ann     *    user ann\n"
      "/devs    *    group devs\n"
      "/never   *    nobody\n"
      "/open    GET  anyone or user\n"
      "/pages   *    user\n"
      "site files https://files.example.com\n"
      "/        *    user\n";

  GuardWorld() { write_rules(kRules); }

  static std::string rules_file() { return installation().folder.path() + "/guard.rules"; }
  static void write_rules(const std::string& text) {
    // Beside it and renamed, as an operator's editor does.
    std::ofstream(rules_file() + ".new") << text;
    std::rename((rules_file() + ".new").c_str(), rules_file().c_str());
  }

  // What a front server asks of a request to this site; from outside the office.
  static Call to(const std::string& site, const std::string& uri) {
    return Call{.uri = uri, .address = "192.0.2.7", .variables = {"GATEHOUSE_SITE=" + site, "FCGI_ROLE=AUTHORIZER"}}.by(
        "GET");
  }
  static Call as_person(Call call) {
    return std::move(call).with("Sec-Fetch-Mode", "navigate").with("Accept", "text/html");
  }
  static Call with_cookie(Call call, const std::string& cookies) { return std::move(call).with("Cookie", cookies); }

  // The value that an answer sets this cookie to; "" where it does not.
  static std::string cookie_of(const Answer& answer, const std::string& name) {
    for (const auto& [header, value] : answer.headers) {
      if (header == "Set-Cookie" && value.starts_with(name + "=")) {
        return value.substr(name.size() + 1, value.find(';') - name.size() - 1);
      }
    }
    return "";
  }
  // "https://x/y?a=b&c=d" and "c" -> "d", decoded.
  static std::string parameter_of(const std::string& url, const std::string& name) {
    const auto pairs = http::parse_pairs(std::string_view(url).substr(url.find('?') + 1));
    for (const auto& [key, value] : *pairs) {
      if (key == name) return value;
    }
    return "";
  }

  static Call from_our_page(Call call) {
    return std::move(call).with("Origin", "https://auth.example.com").with("Sec-Fetch-Site", "same-origin");
  }
  static Fields sign_in_form(const std::string& username, const std::string& password, const Fields& wish) {
    Fields fields{{"form", FormToken{kNonce}.text()}, {"username", username}, {"password", password}};
    fields.insert(fields.end(), wish.begin(), wish.end());
    return fields;
  }
  Answer send_form(const std::string& endpoint, const Fields& fields, const std::string& cookies = "") {
    const std::string all = std::string("__Host-form=") + kNonce + (cookies.empty() ? "" : "; " + cookies);
    return post(endpoint, from_our_page(with_cookie(form(fields), all)));
  }
  // The session cookie of somebody who signed in, "__Host-session=…".
  std::string sign_in(const std::string& username = "ann") {
    const Answer answer = send_form("sign_in", sign_in_form(username, kPassword, {}));
    EXPECT_EQ(answer.status, 200) << answer.body << head().log;
    arranged();
    return "__Host-session=" + cookie_of(answer, "__Host-session");
  }
  // Where the guard sends a browser, and what it must hold.
  struct Errand {
    std::string sign_in_uri;
    std::string nonce;  // "__Host-guard-start=…"
  };
  Errand send_away(const std::string& site, const std::string& uri) {
    const Answer answer = send("guard", as_person(to(site, uri)));
    EXPECT_EQ(answer.status, 302) << answer.cgi;
    const std::string location = answer.header("Location");
    const std::string base = "https://auth.example.com";
    EXPECT_TRUE(location.starts_with(base + "/sign-in?")) << location;
    return {location.substr(base.size()), "__Host-guard-start=" + cookie_of(answer, "__Host-guard-start")};
  }
  // The code of somebody who is signed in.
  std::string code_for(const Errand& errand, const std::string& session) {
    const Answer answer = get("sign_in", with_cookie(Call{.uri = errand.sign_in_uri}, session));
    EXPECT_EQ(answer.status, 302) << answer.body;
    return parameter_of(answer.header("Location"), "code");
  }
  Answer bring_back(const std::string& site, const std::string& code, const std::string& nonce) {
    Call call = with_cookie(Call{.uri = "/.gatehouse/return?code=" + code}, nonce);
    call.variables.push_back("GATEHOUSE_SITE=" + site);
    return get("guard_return", call);
  }
  // All of it: the guard's cookie for a site, "__Host-guard=…".
  std::string enter(const std::string& site, const std::string& session) {
    const Errand errand = send_away(site, "/pages");
    const Answer answer = bring_back(site, code_for(errand, session), errand.nonce);
    EXPECT_EQ(answer.status, 303) << answer.body << head().log;
    arranged();
    return "__Host-guard=" + cookie_of(answer, "__Host-guard");
  }

  void arranged() { sql("DO 0"); }
};

}  // namespace gatehouse::test
