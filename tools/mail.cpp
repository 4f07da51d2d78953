// SPDX-License-Identifier: Apache-2.0
#include "mail.h"

#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "auth/outbox/mail_key.h"
#include "auth/outbox/sender.h"
#include "base/failure.h"
#include "base/text.h"
#include "operator.h"

namespace gatehouse::tool {
namespace {

volatile sig_atomic_t should_end = 0;

// Ends after the mail it is at.
void end_on_signal() {
  struct sigaction action {};
  action.sa_handler = [](int) { should_end = 1; };
  sigset_t blocked;
  sigemptyset(&blocked);
  for (const int signal : {SIGTERM, SIGINT}) {
    sigaddset(&blocked, signal);
    ::sigaction(signal, &action, nullptr);
  }
  // It arrives while nothing is under way (pause), or is asked for between two mails.
  ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
}

bool is_over() {
  sigset_t pending;
  ::sigpending(&pending);
  return should_end != 0 || sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

void pause(seconds time) {
  sigset_t none;
  sigemptyset(&none);
  const timespec patience{time.count(), 0};
  ::ppoll(nullptr, 0, &patience, &none);
}

// All of one pass: what was configured, and the secrets, are read anew for each process only.
struct Sender {
  explicit Sender(Settings settings)
      : key(outbox::read_mail_key(settings)),
        client(mail_account(settings)),
        process(std::move(settings), "mail", keys::Power::verifies, clock, random, write_to_stderr) {
    if (!key)
      throw CommandError(process.settings.mail_key_file +
                         ": there is no key that opens mail; gatehouse mail key --make yes");
  }

  outbox::Tally send() {
    return outbox::send_due(
        {.process = process, .now = clock.now()}, *key, [this](const Parcel& parcel) { return client.deliver(parcel); },
        is_over);
  }

  SystemClock clock;
  crypto::SystemRandomness random;
  std::optional<Secret> key;
  outbound::MailClient client;
  Process process;
};

void print(const outbox::Tally& tally) {
  std::printf("sent %d, to nobody %d, given up %d, to be tried again %d\n", tally.delivered, tally.dropped, tally.dead,
              tally.postponed);
}

// While the database is away, it waits for it.
int send_for_ever(Sender& sender, seconds wait) {
  while (!is_over()) {
    try {
      sender.send();
    } catch (const std::exception& error) {
      LogLine line(sender.clock.now(), Level::error);
      line.add("endpoint", "mail").add("error", error.what());
      write_to_stderr(std::move(line).finish());
      sender.process.database.disconnect();
    }
    if (!is_over()) pause(wait);
  }
  return 0;
}

}  // namespace

outbound::MailClient::Account mail_account(const Settings& settings) {
  if (!settings.mail_route) throw CommandError("MAIL_URL says nothing of how mail is to leave");
  outbound::MailClient::Account account{.route = *settings.mail_route, .ca_file = settings.mail_ca_file};
  if (!account.route.user.empty()) account.password = config::read_secret_file(settings.mail_password_file);
  return account;
}

bool make_mail_keys(const Settings& settings) {
  const bool made = outbox::make_mail_key(settings);
  const passwd* sender = ::getpwnam("gh_mail");
  if (made && sender && ::geteuid() == 0 &&
      ::chown(settings.mail_key_file.c_str(), sender->pw_uid, static_cast<gid_t>(-1)) != 0) {
    throw CommandError(settings.mail_key_file + ": can't be given to gh_mail");
  }
  outbox::write_mail_public_key(settings);
  return made;
}

int mail_send(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--once", "--every"});
  const auto every = parse_integer(given.option("--every", "5"));
  if (!every || *every < 1 || *every > 3600) throw CommandError("--every must be from 1 to 3600");
  Settings settings = load_config().settings;
  if (settings.mail_from.empty()) {
    std::puts("MAIL_FROM is empty: no mail is written, so there is none to send");
    return 0;
  }
  Sender sender(std::move(settings));
  end_on_signal();
  if (given.option("--once", "no") != "yes") return send_for_ever(sender, seconds(*every));
  const outbox::Tally tally = sender.send();
  print(tally);
  return tally.is_reachable ? 0 : 1;
}

int mail_list(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--state"});
  const Operator by("gatehouse:mail-list");
  const auto wanted = given.option("--state");
  const auto states = wanted ? std::vector<std::string>{*wanted} : std::vector<std::string>{"waiting", "dead"};
  for (const std::string& state : states) {
    for (const outbox::Listed& mail : outbox::list_mail(by.occasion, state)) {
      const std::string when = mail.state == "waiting" ? "  due " + to_rfc3339(mail.due_at) : "";
      std::printf("%s  %-8s  %s  %-18s  user %s  tries %lld%s%s\n", to_hex(mail.id.raw()).c_str(), mail.state.c_str(),
                  to_rfc3339(mail.created_at).c_str(), mail.topic.c_str(),
                  mail.user ? std::to_string(mail.user->value).c_str() : "-", static_cast<long long>(mail.attempts),
                  when.c_str(), mail.error.empty() ? "" : ("  " + mail.error).c_str());
    }
  }
  return 0;
}

int mail_retry(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  if (given.words().size() != 1) throw CommandError("name one mail, as `gatehouse mail list` does, or all");
  std::optional<MailId> id;
  if (given.words()[0] != "all") {
    id = MailId::from_bytes(from_hex(given.words()[0]).value_or(""));
    if (!id) throw CommandError(given.words()[0] + ": is no mail's id, as `gatehouse mail list` prints them");
  }
  const Operator by("gatehouse:mail-retry");
  const std::int64_t count = outbox::retry_mail(by.occasion, id);
  if (id && count == 0) throw CommandError("it does not wait: it was sent or given up, or is just being sent");
  std::printf("%lld due now\n", static_cast<long long>(count));
  return 0;
}

int mail_key(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--make"});
  const Settings settings = load_config().settings;
  const std::string wish = given.option("--make", "no");
  const bool is_there = outbox::read_mail_key(settings).has_value();
  if (wish != "no" && !is_there && wish != "anyway") {
    const Operator by("gatehouse:mail-key");
    if (const auto waiting = outbox::count_waiting(by.occasion); waiting > 0) {
      throw CommandError(std::to_string(waiting) + " mails wait that only the key that is missing opens: put back " +
                         settings.mail_key_file + ", or give them up by --make anyway");
    }
  }
  if (wish != "no") make_mail_keys(settings);
  std::puts(to_base64url(outbox::read_mail_public_key(settings)).c_str());
  return 0;
}

}  // namespace gatehouse::tool
