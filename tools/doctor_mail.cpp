// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>

#include "auth/outbox/mail_key.h"
#include "auth/outbox/shelf.h"
#include "base/failure.h"
#include "base/text.h"
#include "doctor.h"
#include "mail.h"

namespace gatehouse::tool::doctor {
namespace {

constexpr hours kWaitsLong{1};
constexpr days kLately{1};

void examine_keys(const Settings& settings, Report& report) {
  constexpr const char* kMake = "gatehouse mail key --make yes";
  std::string published;
  try {
    published = outbox::read_mail_public_key(settings);
    report.good();
  } catch (const Misconfigured& wrong) {
    report.error(std::string("mail: ") + wrong.what() + ": no mail can be written", kMake);
  }
  if (::access(settings.mail_key_file.c_str(), F_OK) != 0 && errno == ENOENT) {
    report.error("mail: there is no " + settings.mail_key_file + ": no mail can be sent", kMake);
    return;
  }
  if (::access(settings.mail_key_file.c_str(), R_OK) != 0) return;  // the sender's alone
  try {
    const auto key = outbox::read_mail_key(settings);
    report.expect(!key || published.empty() || crypto::public_half_of(*key) == published, Severity::error,
                  "mail: " + settings.mail_public_key_file + " is not the other half of " + settings.mail_key_file +
                      ": what is written now can't be sent",
                  kMake);
  } catch (const Misconfigured& wrong) {
    report.error(std::string("mail: ") + wrong.what(), "put back the one that waiting mail was sealed to");
  }
}

void examine_waiting(const Settings& settings, Report& report) {
  db::Admin admin(admin_target(settings));
  if (admin.query("SHOW TABLES LIKE 'gh\\_outbox'").empty()) return;
  const Time now = SystemClock().now();
  const auto count = [&](const std::string& condition) {
    return parse_integer(admin.query("SELECT COUNT(*) FROM gh_outbox WHERE " + condition).at(0).at(0)).value_or(0);
  };
  const auto late = count("state = 'waiting' AND created_at < " + std::to_string(to_millis(now - kWaitsLong)));
  report.expect(late == 0, Severity::error, "mail: " + std::to_string(late) + " have waited for more than an hour",
                "gatehouse mail send must run; gatehouse mail list says what kept them");
  const auto dead = count("state = 'dead' AND ended_at > " + std::to_string(to_millis(now - kLately)));
  report.expect(dead == 0, Severity::warning, "mail: " + std::to_string(dead) + " were given up since yesterday",
                "gatehouse mail list --state dead says why");
}

// What only the sender may read is left to it.
void examine_transport(const Settings& settings, Report& report) {
  const bool has_password =
      settings.mail_route->user.empty() || ::access(settings.mail_password_file.c_str(), R_OK) == 0;
  if (!report.expect(has_password, Severity::warning,
                     "mail: " + settings.mail_password_file + " can't be read, so the server was not asked",
                     "gatehouse doctor as root; or write the password of " + settings.mail_route->user + " there"))
    return;
  try {
    const std::string why = outbound::MailClient(mail_account(settings)).probe();
    report.expect(why.empty(), Severity::error, "mail: " + why, "see MAIL_URL and MAIL_CA_FILE");
  } catch (const std::exception& error) {
    report.error(std::string("mail: ") + error.what(), "see MAIL_PASSWORD_FILE");
  }
}

}  // namespace

void examine_mail(const Settings& settings, Report& report) {
  if (settings.mail_from.empty()) return;  // what would need it refuses to start
  if (!report.expect(settings.mail_route.has_value(), Severity::error,
                     "mail: MAIL_FROM is set and MAIL_URL is not: mail waits for ever", "MAIL_URL = smtp://…"))
    return;
  for (const std::string& complaint : outbox::judge_templates(settings)) {
    report.warn("mail: " + complaint, "mend the template; the one that came along is taken meanwhile");
  }
  examine_keys(settings, report);
  examine_transport(settings, report);
  try {
    examine_waiting(settings, report);
  } catch (const std::exception&) {
    // That the database is away was said before.
  }
}

}  // namespace gatehouse::tool::doctor
