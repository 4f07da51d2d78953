// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "base/encoding.h"
#include "conformance/conformance.h"

namespace gatehouse::test {
namespace {

TEST_P(Conformance, AnswersAGoodCallAsPromised) {
  for (const Way& way : ways()) {
    const Answer answer = call(good_call(way));
    EXPECT_LT(answer.status, 400) << answer.body;
  }
}

TEST_P(Conformance, AFinalSlashMakesNoDifference) {
  if (endpoint().route() == "/") return;
  for (const Way& way : ways()) {
    Call good = good_call(way);
    good.uri.insert(std::min(good.uri.find('?'), good.uri.size()), "/");
    const Answer answer = call(std::move(good));
    EXPECT_LT(answer.status, 400) << answer.body;
  }
}

TEST_P(Conformance, AQueryThatNobodyReadsMakesNoDifference) {
  for (const Way& way : ways()) {
    if (way.body == Body::query) continue;
    Call good = good_call(way);
    good.uri += "?--describe&x=%zz";
    const Answer answer = call(std::move(good));
    EXPECT_LT(answer.status, 400) << answer.body;
  }
}

TEST_P(Conformance, HeadIsGetWithoutItsBody) {
  if (GetParam() == "guard_return") GTEST_SKIP() << "a code is spent by either";
  for (const Way& way : ways()) {
    if (way.operation.policy().method != http::Method::Get) continue;
    const Call good = good_call(way).with("X-Request-ID", "same");
    const Answer get = call(good);
    const Answer head = call(Call(good).by("HEAD"));
    EXPECT_EQ(head.status, get.status);
    EXPECT_EQ(head.headers, get.headers);
    EXPECT_EQ(head.body, "");
  }
}

TEST_P(Conformance, OtherMethodsAre405AndAllowNamesTheRightOnes) {
  for (const char* method :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "Post", "FOO", ""}) {
    if (endpoint().find(http::method_named(method))) continue;
    const Answer answer = expect_refusal(405, json_text("{}").by(method), method);
    EXPECT_EQ(answer.header("Allow"), endpoint().allowed_methods()) << method;
  }
}

TEST_P(Conformance, OptionsNamesTheMethods) {
  const Answer answer = call(Call{}.by("OPTIONS"));
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("Allow"), endpoint().allowed_methods());
  EXPECT_EQ(answer.header("Access-Control-Allow-Methods"), "");
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "");
}

TEST_P(Conformance, APreflightOfAnAllowedOriginIsAnswered) {
  const Answer answer = call(
      Call{}.by("OPTIONS").with("Origin", "https://app.example.com").with("Access-Control-Request-Method", "POST"));
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://app.example.com");
  EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(answer.header("Access-Control-Allow-Methods"), endpoint().allowed_methods());
  EXPECT_EQ(answer.header("Access-Control-Allow-Headers"),
            "Authorization, Content-Type, X-API-Key, X-Request-ID, Idempotency-Key");
  EXPECT_EQ(changes(), "nothing");
}

TEST_P(Conformance, NoOtherOriginIsAllowed) {
  for (const char* origin :
       {"https://evil.example", "null", "", "*", "https://app.example.com.evil.example", "https://evilapp.example.com",
        "https://app.example.com:443", "https://app.example.com:8443", "http://app.example.com",
        "https://app.example.com/", "HTTPS://APP.EXAMPLE.COM", "https://app.example.co", "https://sub.app.example.com",
        "app.example.com", "https://app.example.com https://evil.example",
        "https://app.example.com,https://app.example.com", "https://app.example.com@evil.example",
        "http://localhost:3000"}) {
    const auto check = [&](const Answer& answer) {
      for (const auto& [name, content] : answer.headers) {
        EXPECT_FALSE(name.starts_with("Access-Control-")) << origin << " got " << name;
      }
    };
    check(call(Call{}.by("OPTIONS").with("Origin", origin).with("Access-Control-Request-Method", "POST")));
    for (const Way& way : ways()) {
      Call other = call_with(way, {});
      std::erase_if(other.variables, [](const std::string& variable) { return variable.starts_with("HTTP_ORIGIN="); });
      check(call(std::move(other).with("Origin", origin)));
    }
  }
}

TEST_P(Conformance, AnAllowedOriginMayReadRefusalsToo) {
  const Answer answer = call(Call{}.by("TRACE").with("Origin", "https://app.example.com"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://app.example.com");
  EXPECT_EQ(
      answer.header("Access-Control-Expose-Headers"),
      "X-Request-ID, Retry-After, X-Total-Count, Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset");
}

TEST_P(Conformance, UnderDevelopmentTheUsualLocalOriginsAreAllowed) {
  set("ENVIRONMENT", "development");
  for (const char* origin : {"http://localhost:3000", "http://localhost:5173", "https://app.example.com"}) {
    EXPECT_EQ(call(Call{}.by("OPTIONS").with("Origin", origin)).header("Access-Control-Allow-Origin"), origin);
  }
  EXPECT_EQ(call(Call{}.by("OPTIONS").with("Origin", "http://localhost:3001")).header("Access-Control-Allow-Origin"),
            "");
}

TEST_P(Conformance, AnyOtherPathIs404) {
  const std::string route = path();
  std::string upper = route;
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::vector<std::string> paths{"/nowhere",
                                 route + "/x",
                                 route + "//",
                                 "/" + route,
                                 "/x" + route,
                                 route + "\xff",
                                 route + "/.",
                                 route + "/..",
                                 "http://gatehouse.test/x",
                                 "*",
                                 "x"};
  if (upper != route) paths.push_back(upper);
  // In a parameter these are another value, which the reader judges.
  if (!endpoint().route().ends_with('}')) {
    for (const char* more : {"%2f", ";a=b", "%00"}) paths.push_back(route + more);
    if (route.size() > 2) paths.push_back(route.substr(0, route.size() - 1));
  }
  if (route.size() > 2) {
    paths.push_back("/%" + to_hex(route.substr(1, 1)) + route.substr(2));
  }
  for (const std::string& path : paths) {
    for (const char* method : {"GET", "POST", "OPTIONS"}) {
      expect_refusal(404, Call{}.by(method).at(path), path);
    }
  }
}

TEST_P(Conformance, TwoVariablesOfOneNameAre400) {
  for (const char* twice : {"HTTP_X_FORWARDED_FOR=10.0.0.9", "HTTP_AUTHORIZATION=Bearer x", "REMOTE_ADDR=10.0.0.9",
                            "REQUEST_METHOD=GET", "CONTENT_LENGTH=1", "HTTP_ORIGIN="}) {
    Call call;
    call.method = "GET";
    call.variables = {twice, twice};
    expect_refusal(400, call, twice);
  }
}

TEST_P(Conformance, AHostThatIsNotOursIs421AndOneThatIsNoneIs400) {
  const bool any = endpoint().hosts() == Hosts::any;
  for (const char* method : {"GET", "POST", "OPTIONS"}) {
    for (const char* host : {"evil.example", "auth.example.com.evil.example", "x.auth.example.com", "10.0.0.1"}) {
      if (!any) expect_refusal(421, Call{}.by(method).at(path()).to(host), host);
      EXPECT_TRUE(!any || call(Call{}.by(method).at(path()).to(host)).status != 421) << host;
    }
    for (const char* host : {"good@auth.example.com", "auth.example.com:x", "auth example.com", "auth.example.com/"}) {
      if (!any) expect_refusal(400, Call{}.by(method).at(path()).to(host), host);
    }
    for (const char* host : {"auth.example.com", "AUTH.example.com:8443", "auth.example.com.", ""}) {
      const int status = call(Call{}.by(method).at(path()).to(host)).status;
      EXPECT_TRUE(status != 400 && status != 421) << host;
    }
  }
}

TEST_P(Conformance, AnAddressThatIsNoneIs503) {
  for (const char* address : {"", "unix:", "localhost", "10.0.0.256", "10.0.0.1, 10.0.0.2"}) {
    for (const char* method : {"GET", "POST"}) {
      expect_refusal(503, Call{}.by(method).at(path()).from(address), address);
      EXPECT_NE(head().log.find("REMOTE_ADDR is no address"), std::string::npos);
    }
  }
}

TEST_P(Conformance, WhereTheHandlersCountTheSecondOfOneADayIs429AndAsksNoDatabase) {
  set("RATE_LIMIT_STORE", "mysql");
  int network = 0;
  for (const Way& way : ways()) {
    const Limit limit = way.operation.policy().limit;
    const std::string address = "10.1.0." + std::to_string(++network);
    if (limit == Limit::health || limit == Limit::uncounted) {
      EXPECT_EQ(call(good_call(way).from(address)).header("X-RateLimit-Limit"), "");
      continue;
    }
    const LimitWords& words = kLimitWords.at(static_cast<std::size_t>(limit));
    const Call twice = good_call(way).from(address);
    set(words.key, "1/day");
    const Answer first = call(twice);
    EXPECT_NE(first.status, 429);
    EXPECT_NE(first.header("X-RateLimit-Limit"), "");
    changes();
    const Answer second = call(twice);
    EXPECT_EQ(second.status, 429) << second.body;
    EXPECT_EQ(second.detail(), "too many requests from this address");
    EXPECT_EQ(second.header("X-RateLimit-Limit"), "1");
    EXPECT_EQ(second.header("X-RateLimit-Remaining"), "0");
    EXPECT_GT(std::stoi(second.header("Retry-After")), 0);
    EXPECT_EQ(second.header("X-RateLimit-Reset"), second.header("Retry-After"));
    EXPECT_EQ(head().statements, std::vector<std::string>{});
    EXPECT_EQ(changes(), "nothing");
    set(words.key, words.fallback);
  }
}

TEST_P(Conformance, TooManyOrTooLongHeadersAre431) {
  Call many{.method = "OPTIONS"};
  // And Host, which each call has.
  for (int i = 1; i < http::kMostHeaders; ++i) many.variables.push_back("HTTP_X_" + std::to_string(i) + "=a");
  EXPECT_EQ(http::kMostHeaders, 64);
  EXPECT_EQ(call(many).status, 204);
  many.variables.emplace_back("HTTP_X_ONE_MORE=a");
  expect_refusal(431, many, "65 headers");
  expect_refusal(431, Call{}.by("GET").with("X-Long", std::string(17 * 1024, 'a')), "17 KiB");
}

TEST_P(Conformance, AContentLengthThatIsNoneIs400) {
  for (const char* length : {"-1", "abc", "1e3", "0x10", "99999999999999999999", " 1", "+1"}) {
    Call call{.method = "GET"};
    call.variables.push_back("CONTENT_LENGTH=" + std::string(length));
    expect_refusal(400, call, length);
  }
}

TEST_P(Conformance, AMegabyteOfBodyIs413) {
  for (const Way& way : ways()) {
    Call call = good_call(way);
    call.body = std::string(1024 * 1024, ' ');
    expect_refusal(413, call);
    call.body = std::string(64 * 1024 + 1, ' ');
    expect_refusal(413, call);
  }
}

TEST_P(Conformance, AGoodRequestIdIsKeptAndABadOneReplaced) {
  const auto answered = [&](const std::string& id) {
    return call(Call{}.by("OPTIONS").with("X-Request-ID", id)).header("X-Request-ID");
  };
  for (const std::string& id : {std::string("a"), std::string("0af7651916cd43dd.8448_eb-211C"), std::string(64, 'x')}) {
    EXPECT_EQ(answered(id), id);
  }
  std::set<std::string> fresh;
  for (const std::string& id :
       {std::string(), std::string(65, 'x'), std::string("a b"), std::string("a\r\nSet-Cookie: x=y"),
        std::string("<script>"), std::string("\xc3\xbc"), std::string("a;b")}) {
    const std::string other = answered(id);
    EXPECT_EQ(other.size(), 22U) << other;
    EXPECT_TRUE(fresh.insert(other).second) << "the same id twice";
  }
}

TEST_P(Conformance, ADatabaseThatIsAwayIs503OrMakesNoDifference) {
  const bool needs_it = !golden_statements(GetParam()).empty();
  for (const Way& way : ways()) {
    const Call good = good_call(way);
    set("DATABASE_URL", "mysql://nobody@localhost/nowhere?socket=/nowhere/sock");
    const Answer answer = call(good);
    EXPECT_EQ(answer.status == 503, needs_it) << answer.body;
    EXPECT_EQ(answer.body.find("nowhere"), std::string::npos) << "a client is not told where";
    set("DATABASE_URL", installation().server->url());
  }
}

TEST_P(Conformance, ASchemaThatIsTooNewOrTooOldIs503) {
  if (golden_statements(GetParam()).empty()) return;
  for (const Way& way : ways()) {
    const Call good = good_call(way);
    sql("INSERT INTO gh_migrations (version, name, oldest_reader, applied_at) VALUES (9999, 'contract', 9999, 0)");
    set("DEBUG", "off");  // fresh processes, which look at the schema first
    EXPECT_EQ(call(good).status, 503);
    EXPECT_EQ(changes(), "nothing");
    sql("DELETE FROM gh_migrations WHERE version = 9999");
  }
}

}  // namespace
}  // namespace gatehouse::test
