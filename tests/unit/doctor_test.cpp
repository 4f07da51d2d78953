// SPDX-License-Identifier: Apache-2.0
#include "doctor.h"

#include <gtest/gtest.h>

namespace gatehouse::tool::doctor {
namespace {

constexpr Version kOld{1, 4, 69};
constexpr Version kMended{1, 4, 77};

// What `lighttpd -p` prints of a guarded site, with one thing changed.
std::string guarded(const std::string& from = "", const std::string& to = "") {
  std::string text = R"(config {
    var.home              = "/srv/gatehouse"
    server.modules        = ("mod_magnet", "mod_fastcgi", "mod_proxy")
    server.feature-flags  = (
        "server.h2proto" => "disable",
    )
    server.stream-request-body = 0


    $HTTP["host"] == "www.example.com" {
        # block 1
        magnet.attract-response-start-to = ("/srv/guard.lua")
        fastcgi.server = (
            "/"    => (
                (
                    "socket"       => "/run/guard.sock",
                    "mode"         => "authorizer",
                    "check-local"  => "disable",
                    "read-timeout" => 30,
                ),
            ),
        )


        $HTTP["url"] =~ "^/a"\{2} {
            # block 2
            fastcgi.server = (
                "/"    => (
                    (
                        "socket"       => "/run/guard.sock",
                        "mode"         => "authorizer",
                        "check-local"  => "disable",
                        "read-timeout" => 30,
                    ),
                ),
                ".php" => (
                    (
                        "socket"       => "/run/php.sock",
                        "read-timeout" => 60,
                    ),
                ),
            )

        } # end of $HTTP["url"] =~ "^/a"\{2}
        else $HTTP["url"] =^ "/b" {
            # block 3
            setenv.set-response-header = (
                "a" => "a \"quoted\" (word",
            )

        } # end of $HTTP["url"] =^ "/b"
    } # end of $HTTP["host"] == "www.example.com"
    else $HTTP["host"] == "other.example.com" {
        # block 4
        fastcgi.server = ()

    } # end of $HTTP["host"] == "other.example.com"

    $HTTP["host"] == "auth.example.com" {
        # block 5
        fastcgi.server = (
            "/" => (
                (
                    "socket"       => "/run/root.sock",
                    "check-local"  => "disable",
                    "read-timeout" => 30,
                ),
            ),
        )

    } # end of $HTTP["host"] == "auth.example.com"
}
)";
  if (from.empty()) return text;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string findings(const std::string& printed, std::optional<Version> version = kOld) {
  Report report;
  read_lighttpd(printed, version, report);
  std::string text;
  for (const Finding& finding : report.findings()) {
    text += (finding.severity == Severity::error ? "error " : "warning ") + finding.seen + "\n";
  }
  return text;
}

TEST(DoctorLighttpd, AGuardThatNothingTakesAwayIsWell) { EXPECT_EQ(findings(guarded()), ""); }

TEST(DoctorLighttpd, EachThingThatTakesAGuardAwayIsFound) {
  const std::string guard = "lighttpd: the guard /run/guard.sock in $HTTP[\"host\"] == \"www.example.com\"";
  const std::string taken = " takes away the guard of $HTTP[\"host\"] == \"www.example.com\"\n";
  struct Row {
    std::string from;
    std::string to;
    std::string finding;
  };
  const Row rows[] = {
      {R"("mod_magnet", "mod_fastcgi", "mod_proxy")", R"("mod_magnet", "mod_proxy", "mod_fastcgi")",
       "error lighttpd: mod_proxy stands before mod_fastcgi: what is proxied is served though the guard says no\n"},
      {R"("mod_magnet", )", "", "error lighttpd: mod_magnet is not loaded: nobody checks the guard's answers\n"},
      {R"("mode"         => "authorizer",)", R"("mode" => "authorizer", "docroot" => "/srv/www",)",
       "error " + guard + " has a docroot: another host's files can be served\n"},
      {R"("check-local"  => "disable",)", R"("check-local"  => "enable",)",
       "error " + guard + " is not asked about what is no file, such as a path that is proxied\n"},
      {R"("read-timeout" => 30,)", "",
       "error " + guard + " has no read-timeout: when it hangs, every visitor waits for ever\n"},
      {R"(magnet.attract-response-start-to = ("/srv/guard.lua"))", "",
       "error " + guard + " has no check of its answers: one that is cut short opens the site\n"},
      {R"(magnet.attract-response-start-to = ("/srv/guard.lua"))", "magnet.attract-response-start-to = ()",
       "error " + guard + " has no check of its answers: one that is cut short opens the site\n"},
      {R"("server.h2proto" => "disable",)", R"("server.h2proto" => "enable",)",
       "error lighttpd: before 1.4.77, requests hang with HTTP/2, a body and a guard\n"},
      {R"("server.h2proto" => "disable",)", "",
       "error lighttpd: before 1.4.77, requests hang with HTTP/2, a body and a guard\n"},
      {"server.stream-request-body = 0", "server.stream-request-body = 2",
       "warning lighttpd: server.stream-request-body is on: a slow client holds a worker\n"},
      {R"("read-timeout" => 60,)", "",
       "warning lighttpd: /run/php.sock has no read-timeout: a process that hangs is waited for, for ever\n"},
      // Inside the guarded host, without the guard.
      {"setenv.set-response-header = (", "fastcgi.server = ()\nsetenv.set-response-header = (",
       "error lighttpd: \"fastcgi.server =\" in else $HTTP[\"url\"] =^ \"/b\"" + taken},
      {"setenv.set-response-header = (",
       "fastcgi.server = (\"/\" => ((\"socket\" => \"/run/guard_return.sock\", \"read-timeout\" => 9)))\n"
       "setenv.set-response-header = (",
       ""},
      // Outside it, where a request of that host comes by too.
      {"$HTTP[\"host\"] == \"auth.example.com\" {", "$HTTP[\"url\"] =^ \"/c\" {",
       "error lighttpd: \"fastcgi.server =\" in $HTTP[\"url\"] =^ \"/c\"" + taken},
      {"$HTTP[\"host\"] == \"auth.example.com\" {", "$HTTP[\"host\"] != \"auth.example.com\" {",
       "error lighttpd: \"fastcgi.server =\" in $HTTP[\"host\"] != \"auth.example.com\"" + taken},
      {"$HTTP[\"host\"] == \"auth.example.com\" {", "$HTTP[\"host\"] != \"www.example.com\" {", ""},
  };
  for (const Row& row : rows)
    EXPECT_EQ(findings(guarded(row.from, row.to)), row.finding) << row.from << " -> " << row.to;
}

TEST(DoctorLighttpd, Http2IsNoHarmWhereItWasMended) {
  const std::string on = guarded(R"("server.h2proto" => "disable",)", "");
  EXPECT_EQ(findings(on, kMended), "");
  EXPECT_NE(findings(on, std::nullopt), "");
}

TEST(DoctorLighttpd, WithoutAGuardHttp2AndTheOrderOfModulesDoNotMatter) {
  EXPECT_EQ(findings("config {\n    server.modules = (\"mod_proxy\", \"mod_fastcgi\")\n}\n"), "");
}

TEST(DoctorLighttpd, WhatIsNoConfigurationIsSaid) {
  EXPECT_EQ(findings(""), "error lighttpd: its configuration could not be read\n");
}

TEST(DoctorLighttpd, AValueThatNeverEndsIsNotReadPastTheEnd) {
  EXPECT_EQ(findings("config {\n fastcgi.server = (\"/\" => ((\n}\n"), "");
  EXPECT_EQ(findings("config {\n fastcgi.server = (\"/\\"), "");
  EXPECT_EQ(findings("}\n} else\n a = 1\n"), "error lighttpd: its configuration could not be read\n");
}

TEST(DoctorLighttpd, ReadsTheVersion) {
  EXPECT_EQ(lighttpd_version("lighttpd/1.4.69 (ssl) - a light and fast webserver\n"), kOld);
  EXPECT_LT(kOld, kMended);
  EXPECT_EQ(lighttpd_version("nginx/1.22.1"), std::nullopt);
  EXPECT_EQ(lighttpd_version("lighttpd/x"), std::nullopt);
}

TEST(DoctorGrants, EveryPrivilegeOfAGrantIsOne) {
  using Set = std::set<std::string>;
  EXPECT_EQ(privileges_in("GRANT SELECT (id, name), INSERT, UPDATE (name) ON gh_users TO 'gh_x'@'localhost'", "g"),
            (Set{"SELECT (`id`) ON `g`.`gh_users`", "SELECT (`name`) ON `g`.`gh_users`", "INSERT ON `g`.`gh_users`",
                 "UPDATE (`name`) ON `g`.`gh_users`"}));
  EXPECT_EQ(privileges_in("GRANT INSERT (at) ON gh_audit TO 'a'@'b'", "g"), (Set{"INSERT (`at`) ON `g`.`gh_audit`"}));
  EXPECT_EQ(privileges_in("REVOKE SELECT ON gh_users FROM 'gh_x'@'localhost'", "g"), Set{});
}

TEST(DoctorGuard, WhatIsAskedIsWhatMustRefuseAStranger) {
  const guard::Reading reading = guard::read_sites(
      "site wiki https://wiki.example.com https://w.example.com\n"
      "/public * anyone\n"
      "/public/not * user\n"  // never reached
      "/drop POST anyone\n"
      "/a\xc3\xa9/* * user\n"
      "/office * network 10.0.0.0/8 or user\n"
      "/ * user\n"
      "site open https://open.example.com\n"
      "/ * anyone\n"
      "site shut https://shut.example.com\n");
  ASSERT_TRUE(reading.is_good());
  EXPECT_EQ(guarded_urls(reading.sites),
            (std::vector<std::string>{"https://shut.example.com/", "https://wiki.example.com/",
                                      "https://wiki.example.com/drop", "https://wiki.example.com/a%c3%a9/doctor",
                                      "https://w.example.com/", "https://w.example.com/drop",
                                      "https://w.example.com/a%c3%a9/doctor"}));
}

TEST(DoctorReport, OneThingIsSaidOnce) {
  Report report;
  report.error("a", "b");
  report.error("a", "b");
  EXPECT_TRUE(report.expect(true, Severity::warning, "c", "d"));
  EXPECT_EQ(report.findings().size(), 1U);
  EXPECT_EQ(report.checks(), 3);
}

}  // namespace
}  // namespace gatehouse::tool::doctor
