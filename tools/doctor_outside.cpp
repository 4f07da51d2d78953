// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <ctime>

#include "base/text.h"
#include "doctor.h"
#include "outbound/http_client.h"

namespace gatehouse::tool::doctor {
namespace {

using outbound::HttpAnswer;
using outbound::Unreachable;

constexpr const char* kMe = "/api/v1/users/me";
constexpr int kCertificateDays = 14;

// Names of variables that a guard gives to a site; a client that sends them must get nowhere.
const std::vector<std::string> kMadeUpIdentity = {
    "X-Auth-User: doctor",   "X-Auth-Sub: 1",        "X-Auth-Role: super_admin", "X-Auth-Email: doctor@example.com",
    "Remote-User: doctor",   "Auth-Sub: 1",          "Auth-Role: super_admin",   "X-Forwarded-User: doctor",
    "X-Gatehouse-Guard: ok", "X-Remote-User: doctor"};

class Visitor {
 public:
  explicit Visitor(const Site& site) : site_(site) {}

  HttpAnswer ask(const std::string& method, const std::string& url, std::vector<std::string> headers = {}) const {
    return outbound::fetch(
        {.method = method, .url = url, .headers = std::move(headers), .ca_file = site_.ca_file, .proof = proof});
  }
  HttpAnswer get(const std::string& path, std::vector<std::string> headers = {}) const {
    return ask("GET", site_.url + path, std::move(headers));
  }

  outbound::Proof proof = outbound::Proof::required;

 private:
  const Site& site_;
};

// "Nov 21 16:03:00 2027 GMT"; nullopt where it is something else.
std::optional<std::int64_t> days_until(const std::string& date) {
  std::tm when{};
  if (!::strptime(date.c_str(), "%b %d %H:%M:%S %Y", &when)) return std::nullopt;
  return (static_cast<std::int64_t>(::timegm(&when)) - to_millis(SystemClock().now()) / 1000) / (24 * 3600);
}

void examine_certificate(const Site& site, const HttpAnswer& answer, Report& report) {
  if (const auto days_left = days_until(answer.certificate_ends)) {
    report.expect(*days_left >= kCertificateDays, Severity::warning,
                  "tls: the certificate ends in " + std::to_string(*days_left) + " days", "renew it");
  }
  bool takes_old = true;
  try {
    outbound::fetch({.url = site.url + "/health/live",
                     .offer = outbound::Offer::tls_1_1_and_older,
                     .proof = outbound::Proof::not_asked});
  } catch (const Unreachable&) {
    takes_old = false;
  }
  report.expect(
      !takes_old, Severity::error, "tls: versions before 1.2 are taken",
      "ssl.openssl.ssl-conf-cmd += (\"MinProtocol\" => \"TLSv1.2\"); Apache: SSLProtocol; nginx: ssl_protocols");
}

// What comes in the clear to the same name, on the usual port.
void examine_plain(const Site& site, Report& report) {
  std::string host = site.url.substr(std::string_view("https://").size());
  if (const auto port = host.rfind(':'); port != std::string::npos && host.find(']', port) == std::string::npos)
    host.resize(port);
  try {
    const HttpAnswer answer = outbound::fetch({.url = "http://" + host + kMe});
    const bool leads_on =
        answer.status >= 300 && answer.status < 400 && answer.first("Location").starts_with("https://");
    report.expect(leads_on || answer.first("WWW-Authenticate").empty(), Severity::error,
                  "tls: the API is served in the clear too, at http://" + host,
                  "refuse plain http, or redirect pages to https");
  } catch (const Unreachable&) {
    report.good();  // nobody listens there
  }
}

void examine_headers(const std::string& url, const HttpAnswer& answer, bool is_https, Report& report) {
  std::vector<std::string> wanted = {"X-Content-Type-Options", "X-Frame-Options", "Content-Security-Policy",
                                     "Referrer-Policy"};
  if (is_https) wanted.emplace_back("Strict-Transport-Security");
  for (const std::string& name : wanted) {
    const std::size_t times = answer.all(name).size();
    report.expect(times >= 1, Severity::warning, "headers: " + url + " has no " + name,
                  "include the headers of the configuration shipped for this server");
    report.expect(times <= 1, Severity::error,
                  "headers: " + url + " has " + name + " " + std::to_string(times) + " times",
                  "each header has one owner: take it out of what else sends it");
  }
  const std::string server = answer.first("Server");
  report.expect(server.find_first_of("0123456789") == std::string::npos, Severity::warning,
                "headers: Server says its version: " + server,
                "lighttpd: server.tag = \"\"; Apache: ServerTokens Prod; nginx: server_tokens off");
}

}  // namespace

void examine_site(const Site& site, Report& report) {
  const bool is_https = site.url.starts_with("https://");
  if (!report.expect(is_https || site.url.starts_with("http://"), Severity::error, "site: " + site.url + " is no URL",
                     "gatehouse doctor https://auth.example.com")) {
    return;
  }
  Visitor visitor(site);
  try {
    HttpAnswer live;
    try {
      live = visitor.get("/health/live");
    } catch (const Unreachable& none) {
      if (none.why != Unreachable::Why::certificate) throw;
      report.error("tls: the certificate is not believed: " + std::string(none.what()),
                   "one that vouches for this name, with its chain; --ca for an authority of your own");
      visitor.proof = outbound::Proof::not_asked;
      live = visitor.get("/health/live");
    }
    if (!report.expect(live.status == 200, Severity::error,
                       "site: " + site.url + "/health/live answers " + std::to_string(live.status),
                       "the front server must lead to health_live.fcgi: gatehouse routes")) {
      return;
    }
    if (is_https) {
      examine_certificate(site, live, report);
      examine_plain(site, report);
    }
    const HttpAnswer ready = visitor.get("/health/ready");
    report.expect(ready.status == 200, Severity::error,
                  "site: " + site.url + "/health/ready answers " + std::to_string(ready.status),
                  "see the log of health_ready.fcgi: the database, its schema or a secret");

    examine_headers("/health/live", live, is_https, report);
    const HttpAnswer nothing = visitor.get("/doctor/finds/nothing/here");
    examine_headers("a 404", nothing, is_https, report);
    report.expect(
        nothing.status == 404 && nothing.first("Content-Type").starts_with("application/problem+json"),
        Severity::warning,
        "site: what is not there is answered " + std::to_string(nothing.status) + " " + nothing.first("Content-Type"),
        "lead every other path to root.fcgi: gatehouse routes");

    const HttpAnswer refused = visitor.get(kMe, {"Authorization: Bearer gatehouse.doctor.garbage"});
    report.expect(refused.first("WWW-Authenticate").find("invalid_token") != std::string::npos, Severity::error,
                  "site: Authorization does not reach the handlers",
                  "Apache: CGIPassAuth On; nginx: fastcgi_param HTTP_AUTHORIZATION $http_authorization");

    const HttpAnswer traced = visitor.ask("TRACE", site.url + "/health/live", {"X-Doctor: trace"});
    report.expect(traced.status >= 400 && traced.body.find("X-Doctor") == std::string::npos, Severity::error,
                  "site: TRACE is answered " + std::to_string(traced.status), "Apache: TraceEnable off");

    const HttpAnswer doubled = visitor.get(kMe, kMadeUpIdentity);
    report.expect(doubled.status == 401, Severity::error,
                  "site: made-up identity headers are answered " + std::to_string(doubled.status) + " at " + kMe,
                  "the front server must not pass them on as its own");

    // Where on a shared host the installation landed inside the site's folder.
    for (const char* secret : {"/etc/gatehouse.conf", "/gatehouse/etc/gatehouse.conf", "/credentials/master.key",
                               "/gatehouse/credentials/master.key"}) {
      report.expect(visitor.get(secret).status != 200, Severity::error,
                    "site: " + site.url + secret + " is served to everybody",
                    "move it out of the site's folder; then every key and password it held must be changed");
    }

    if (site.environment == Environment::production) {
      report.expect(visitor.get("/docs/").status == 404, Severity::warning,
                    "site: the page at /docs is served in production", "remove share/web/docs");
    }
  } catch (const Unreachable& none) {
    report.error("site: " + site.url + " can't be reached: " + none.what(),
                 "see that the front server runs, and what PUBLIC_URL says");
  }
}

void examine_guarded(const Site& site, const std::string& url, Report& report) {
  const Visitor visitor(site);
  try {
    for (const auto& headers : {std::vector<std::string>{}, kMadeUpIdentity}) {
      const HttpAnswer answer = visitor.ask("GET", url, headers);
      const std::string how = headers.empty() ? " without identity" : " with a made-up identity";
      if (!report.expect(answer.status < 500, Severity::error,
                         "guard: " + url + how + " is answered " + std::to_string(answer.status),
                         "see the logs of guard.fcgi and of the front server")) {
        continue;
      }
      const bool refuses = answer.status == 401 || answer.status == 403;
      const bool sends_to_sign_in =
          answer.status >= 302 && answer.status <= 303 && answer.first("Location").starts_with(site.url + "/sign-in");
      report.expect(refuses || sends_to_sign_in, Severity::error,
                    "guard: " + url + how + " is answered " + std::to_string(answer.status) + ": nobody guards it",
                    headers.empty() ? "see the front server's configuration of this host, and gatehouse guard check"
                                    : "strip what clients send under the names of the guard's variables");
    }
  } catch (const Unreachable& none) {
    report.error("guard: " + url + " can't be reached: " + none.what(), "see that the front server of this host runs");
  }
}

}  // namespace gatehouse::tool::doctor
