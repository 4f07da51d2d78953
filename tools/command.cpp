// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>

#include "base/failure.h"
#include "base/text.h"

namespace gatehouse::tool {
namespace {

constexpr Command kCommands[] = {
    {"config check", "read the configuration as the executables would, and refuse unknown keys too",
     "usage: gatehouse config check [FILE]\n"
     "Without FILE: $GATEHOUSE_CONFIG, else ../etc/gatehouse.conf, else /etc/gatehouse/gatehouse.conf.",
     config_check},
    {"config keys", "print every key, its default and its meaning, as a Markdown table", "usage: gatehouse config keys",
     config_keys},
    {"setup", "make all that an installation needs in its database; safe to repeat, and to be run after an upgrade",
     "usage: gatehouse setup [--username NAME] [--email ADDRESS] [--password random|stdin]\n"
     "       gatehouse setup --check yes\n"
     "Schema, accounts, a signing key, the first administrator (NAME: admin; whose password is printed once, or read "
     "from\n"
     "standard input) and what `gatehouse generate` writes. What is there already stays. --check yes: says what is "
     "missing\n"
     "for this release, and changes nothing.",
     setup},
    {"migrate", "bring the database's schema up to date; safe to repeat and to run twice at once",
     "usage: gatehouse migrate [--migrations DIR]\n"
     "DIR: ../share/sql/migrations. The account of DATABASE_URL must be allowed to create tables; a database that is\n"
     "missing is created.",
     migrate},
    {"schema", "print the schema's version, and say which executables can't serve on it",
     "usage: gatehouse schema [EXECUTABLE...]\nExit status 1 when one of them can't.", schema},
    {"accounts", "make each executable's database account, with exactly the grants of its file",
     "usage: gatehouse accounts [--grants DIR] [--credentials DIR] [--host HOST] [--by password|socket]\n"
     "                          [--expand yes] [--rotate NAME|all]\n"
     "DIR: ../share/sql/grants and CREDENTIALS; HOST: from where they connect (localhost). --by socket: no password; "
     "the\n"
     "database lets the system user of the account's name in by its socket, which is so by itself where there is such "
     "a\n"
     "user. --by password: a new random one is written into the credentials file where there is none. --expand yes:\n"
     "takes nothing away, so that executables of another age go on; run it again without once all are replaced.\n"
     "--rotate: another password for the executable of that name, or for all, and the end of the connections under "
     "the\n"
     "old one; those that run go on.",
     accounts},
    {"user add", "make an account; the password is read from standard input",
     "usage: gatehouse user add --username NAME --email ADDRESS [--role ROLE] [--full-name NAME] [--service yes]\n"
     "                          [--if-none yes]\n"
     "ROLE: as `gatehouse role list` shows them (user). --service yes: an account for a program, without a password; "
     "an\n"
     "API key is all it acts by. --if-none yes: only if nobody has that role yet; says so and exits with 0 otherwise.",
     user_add},
    {"user list", "show everybody: id, user name, role, state, email",
     "usage: gatehouse user list [--role ROLE]\nBy id.", user_list},
    {"user show", "show one account", "usage: gatehouse user show USER\nUSER, here and below: a user name or an email.",
     user_show},
    {"user role", "give somebody another role; the only way to give or take super_admin",
     "usage: gatehouse user role USER ROLE\nLive tokens lose at once what the new role lacks. The last super_admin "
     "stays one.",
     user_role},
    {"user deactivate", "switch an account off: its sessions and API keys end at once",
     "usage: gatehouse user deactivate USER", user_deactivate},
    {"user activate", "switch an account on again", "usage: gatehouse user activate USER", user_activate},
    {"user unlock", "forget the failed logins that lock an account", "usage: gatehouse user unlock USER", user_unlock},
    {"user password", "give somebody another password, read from standard input",
     "usage: gatehouse user password USER\nEnds every session of theirs and forgets failed logins; API keys stay.",
     user_password},
    {"user remove-factor", "take a lost second factor away, and its recovery codes",
     "usage: gatehouse user remove-factor USER\nThe password is enough then. Ends every session of theirs, and they "
     "are "
     "told by mail.",
     user_remove_factor},
    {"user recount", "count all users, where executables that did not keep count have served",
     "usage: gatehouse user recount\nAfter an upgrade, when the last old executable is gone. Prints the numbers.",
     user_recount},
    {"user import", "bring in the users of another product with their password hashes; may be killed and run again",
     "usage: gatehouse user import FILE [--dry-run yes] [--email-domain DOMAIN] [--super-admins yes]\n"
     "                             [--reserved-names yes] [--wrap quick|full]\n"
     "FILE (- for standard input) has a user per line: a JSON object of username, email, full_name, role, is_active,\n"
     "is_verified, created_at and hash (null: no password), or NAME:HASH as in .htpasswd, where NAME@DOMAIN becomes "
     "the\n"
     "address. A line that is wrong is refused with its number, the others are imported; exit status 1 then. Who is\n"
     "there already, by name and address, is left alone. A hash that is fast or unsalted is wrapped in argon2id, "
     "quick\n"
     "(half a millisecond) or full (as a password of this installation), until its owner logs in.",
     user_import},
    {"user export", "print every user as a line of JSON that user import reads",
     "usage: gatehouse user export [--hashes yes]\n"
     "Password hashes are left out unless asked for: keep what has them as you keep the database. Taking them is on\n"
     "record.",
     user_export},
    {"role list", "show the roles from the lowest to the highest: name, place, what each gives",
     "usage: gatehouse role list", role_list},
    {"role add", "make a role, with a place in the hierarchy",
     "usage: gatehouse role add NAME --above ROLE | --place N\n"
     "--above: halfway to the next role above it; --place: exactly there, below super_admin's. It begins with what "
     "the\n"
     "role below it gives. Where a minimum role is asked for, everybody of a higher place passes.",
     role_add},
    {"role grant", "let a role give more permissions or scopes",
     "usage: gatehouse role grant ROLE WORD...\nA change of roles is felt by every process within a second; scopes by "
     "new "
     "logins.",
     role_grant},
    {"role revoke", "take permissions or scopes from a role, and so from live tokens",
     "usage: gatehouse role revoke ROLE WORD...\nsuper_admin keeps all it has.", role_revoke},
    {"role remove", "remove a role that nobody has",
     "usage: gatehouse role remove ROLE\nuser, moderator, admin and super_admin stay.", role_remove},
    {"group list", "show the groups and what each gives beside its people's roles", "usage: gatehouse group list",
     group_list},
    {"group add", "make a group",
     "usage: gatehouse group add NAME [--permissions \"WORD...\"] [--scopes \"WORD...\"]\n"
     "Names are matched without case, and stand in the tokens of the group's people.",
     group_add},
    {"group set", "give a group these rights in place of those it has",
     "usage: gatehouse group set NAME [--permissions \"WORD...\"] [--scopes \"WORD...\"]", group_set},
    {"group remove", "remove a group; its people lose at once what it gave", "usage: gatehouse group remove NAME",
     group_remove},
    {"group member", "show who is in a group, after adding or removing somebody",
     "usage: gatehouse group member NAME [--add USER] [--remove USER]", group_member},
    {"key rotate", "make a new signing key; it signs once it has been published for KEY_PUBLISH_MINUTES",
     "usage: gatehouse key rotate [--if-needed yes]\n"
     "It is of ALGORITHM, and the first one signs at once. What signed before goes on verifying until its last token "
     "is\n"
     "dead. --if-needed yes: only if there is no key yet, or ALGORITHM has changed.",
     key_rotate},
    {"key list", "show the signing keys and what each is good for",
     "usage: gatehouse key list\n"
     "published: will sign; signs; verifies: its tokens are still good; retired: they are dead; revoked.",
     key_list},
    {"key revoke", "end a key that was compromised, and every token it signed",
     "usage: gatehouse key revoke KID|all\nIn place of the key that signs, the next one does at once; where none was "
     "published, one is made.\nall: every key there is, for a new one.",
     key_revoke},
    {"master rotate", "replace the master key while everything goes on: all that is sealed is sealed anew",
     "usage: gatehouse master rotate [--until added|used|resealed]\n"
     "Goes on from where MASTER_KEY_FILE stands, so it may be killed and run again; takes a minute. Running "
     "executables\n"
     "read the file by themselves. Where others have a copy of it, stop behind a step to give it to them first: added "
     "(the\nnext key only opens), resealed (it seals, and the old one only opens); then, a minute later, the rest.",
     master_rotate},
    {"master list", "show the ids of the master keys, and which of them seals", "usage: gatehouse master list",
     master_list},
    {"restored", "after a backup was put back: end all sessions and replace the signing keys",
     "usage: gatehouse restored [--confirm yes] [--api-keys end]\n"
     "Without --confirm yes: says what it would do, and what it can't know. --api-keys end: revokes those, too. May "
     "be\n"
     "run again.",
     restored_command},
    {"sweep", "delete what has run out, in small batches; for cron or a timer",
     "usage: gatehouse sweep [--seconds N] [--seal no]\n"
     "Stops after N seconds (300); what was not reached is for the next time. It rests most of the time, so that "
     "nobody\n"
     "waits for it. Takes addresses away (ADDRESS_RETENTION_DAYS) and purges who deleted their own account\n"
     "(PURGE_DELETED_DAYS), too. Its own account is gh_sweep, whose password lies in CREDENTIALS/sweep.\n--seal no: "
     "leaves out what `gatehouse audit seal` does.",
     sweep},
    {"audit seal",
     "seal the closed hours of the audit trail, and drop what AUDIT_RETENTION_DAYS lets go; part of sweep",
     "usage: gatehouse audit seal [--seconds N]\n"
     "Stops after N seconds (300); what was not reached is for the next time. The first time, it makes AUDIT_KEY_FILE. "
     "Its\n"
     "own account is gh_audit_seal, whose password lies in CREDENTIALS/audit_seal.",
     audit_seal},
    {"audit verify", "say which hours of the audit trail are not as they were sealed",
     "usage: gatehouse audit verify [--public-key FILE] [--known DIGEST]\n"
     "FILE: what `gatehouse audit key` printed; keys of other times may stand in it too. Without one: AUDIT_KEY_FILE.\n"
     "DIGEST: of a seal as syslog got it, which must be there. Exit 1 when anything is wrong.",
     audit_verify},
    {"audit export", "print the audit trail as JSON Lines, oldest first",
     "usage: gatehouse audit export [--since TIME] [--until TIME] [--event EVENT] [--user ID]\n"
     "TIME: as in 2026-01-31T09:05:00Z.",
     audit_export},
    {"audit key", "print the public half of the key that seals, as a JSON Web Key Set",
     "usage: gatehouse audit key [--make yes]\n"
     "--make yes: where AUDIT_KEY_FILE is not there, a new key first. What another key sealed then needs that one's "
     "public\n"
     "half to verify with.",
     audit_key},
    {"guard check", "say what is wrong with GUARD_RULES, line by line",
     "usage: gatehouse guard check [FILE]\n"
     "Errors end with status 1: running guards would keep the rules they have. Warnings don't.",
     guard_check},
    {"guard test", "say which rule decides about a request, and how",
     "usage: gatehouse guard test METHOD URL [--user NAME] [--with cookie|token|key|basic] [--scopes \"WORD...\"]\n"
     "                            [--address ADDRESS] [--rules FILE]\n"
     "Without --user: nobody is signed in. --with: how they show who they are (cookie). Exit 0 where it passes. Names "
     "that\n"
     "a front server makes of the URL by rewriting are not known here.",
     guard_test},
    {"routes", "print the front server's routes, made from the executables",
     "usage: gatehouse routes lighttpd|nginx|apache|htaccess [--executables DIR] [--sockets DIR]\n"
     "DIR: where the .fcgi files lie (../bin) and where their sockets are (RUN_DIRECTORY). nginx's say how often one "
     "address\nmay ask; `gatehouse limits nginx --zones` prints what they refer to. htaccess is for an Apache "
     "that\n"
     "starts the executables itself (mod_fcgid, CGI), from a folder named gatehouse beside that file.",
     routes},
    {"limits", "print the rate limits in force, or a front server's form of them",
     "usage: gatehouse limits\n"
     "       gatehouse limits lighttpd|nginx [--executables DIR]\n"
     "       gatehouse limits nginx --zones\n"
     "Alone: the numbers of the configuration. lighttpd: the table that limits.lua reads. nginx: the lines of each\n"
     "route's location; --zones: what they refer to, for the http block. DIR: where the .fcgi files lie (../bin).",
     limits},
    {"openapi", "print the API description (OpenAPI 3.1), made from the executables",
     "usage: gatehouse openapi [--executables DIR]\nDIR: where the .fcgi files lie (../bin).", openapi},
    {"generate", "write what the front servers include, and what /openapi.json answers",
     "usage: gatehouse generate [--executables DIR]\n"
     "From the executables (../bin) and the configuration: routes and rate limits into ../etc/lighttpd, nginx and "
     "apache,\n"
     "where these folders are, and OPENAPI_FILE. Says which files are new; their front server reloads then.",
     generate},
    {"slots", "make the files that bound how many passwords are hashed at once",
     "usage: gatehouse slots\n"
     "HASH_SLOTS of them, for the group of RUN_DIRECTORY, so that no executable needs to write there.",
     slots},
    {"units", "write units for systemd, with their users, made from the executables",
     "usage: gatehouse units --out DIR [--executables DIR] [--home DIR] [--sockets DIR] [--workers N]\n"
     "Into DIR/systemd, sysusers.d and tmpfiles.d. --executables: the .fcgi files to ask (../bin); --home: where bin/ "
     "will\n"
     "lie (/usr/lib/gatehouse), --sockets: where the sockets will (/run/gatehouse), --workers: how many share a busy\n"
     "endpoint's socket (4).",
     units},
    {"manual", "print this help as a manual page", "usage: gatehouse manual", manual},
    {"completion", "print the completion of this command for a shell", "usage: gatehouse completion bash", completion},
    {"hosting prepare", "write what a shared host needs: folders to upload, SQL to import; needs no database here",
     "usage: gatehouse hosting prepare FOLDER [--url URL] [--database NAME] [--account ACCOUNT]\n"
     "                                 [--socket PATH | --address ADDRESS[:PORT]] [--ca FILE] [--username NAME] "
     "[--email ADDRESS]\n"
     "Of the hosting tarball, on a machine of your own. What is left out is asked for at a terminal. Two lines are "
     "read:\n"
     "the database account's password, and the first administrator's (empty: one is made and printed). FOLDER must not "
     "be\n"
     "there yet.",
     hosting_prepare},
    {"hosting upgrade", "print the SQL that brings the tables of a shared host up to this release",
     "usage: gatehouse hosting upgrade --from N\n"
     "N: what SELECT MAX(version) FROM gh_migrations says there. Import it before the new programs are uploaded. Where "
     "there\n"
     "is a shell, `gatehouse migrate` does it.",
     hosting_upgrade},
    {"doctor", "look at a live installation from inside and outside, and say what is wrong and how to mend it",
     "usage: gatehouse doctor [URL] [--guarded \"URL...\"] [--lighttpd FILE] [--log FILE] [--ca FILE]\n"
     "URL: where clients reach it (PUBLIC_URL). --guarded: more pages behind the guard than GUARD_RULES names; each "
     "must\n"
     "refuse who has no identity. --lighttpd: the front server's configuration (../etc/lighttpd/main.conf), --log: "
     "what the\n"
     "executables said (../log/gatehouse.log); both are left out where there is none. --ca: certificates that vouch "
     "for\n"
     "URL. A line for each finding; exit 1 when there is an error. It changes nothing. As root it sees most.",
     doctor_command},
    {"jwt verify", "verify a token against published keys, as another program would",
     "usage: gatehouse jwt verify --jwks FILE [--issuer ISS] [--audience AUD]\n"
     "The token is read from standard input. Exit 0 and its claims as JSON, or exit 1 and a reason. Signature and "
     "dates\n"
     "are checked; a logout is known only to the installation.",
     jwt_verify},
};

void print_overview(std::FILE* out) {
  std::fprintf(out, "usage: gatehouse COMMAND [--help]\n\n");
  for (const Command& command : kCommands) std::fprintf(out, "  %-15s  %s\n", command.name, command.summary);
}

// The command whose words come first, and how many they are.
const Command* find_command(std::span<const std::string> words, std::size_t& used) {
  std::string name;
  for (used = 1; used <= std::min<std::size_t>(2, words.size()); ++used) {
    name += (used == 1 ? "" : " ") + words[used - 1];
    for (const Command& command : kCommands) {
      if (name == command.name) return &command;
    }
  }
  return nullptr;
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

Arguments::Arguments(std::span<const std::string> words, std::initializer_list<const char*> known) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--")) {
      words_.push_back(words[i]);
      continue;
    }
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const char* name) { return words[i] == name; });
    if (!is_known) throw CommandError(words[i] + ": unknown option");
    if (i + 1 == words.size()) throw CommandError(words[i] + ": needs a value");
    options_[words[i]] = words[i + 1];
    ++i;
  }
}

std::optional<std::string> Arguments::option(const std::string& name) const {
  const auto found = options_.find(name);
  return found == options_.end() ? std::nullopt : std::optional(found->second);
}

std::string Arguments::option(const std::string& name, const std::string& fallback) const {
  return option(name).value_or(fallback);
}

std::string Arguments::required(const std::string& name) const {
  auto value = option(name);
  if (!value) throw CommandError(name + " is required");
  return *value;
}

int run(std::span<const std::string> words) {
  if (words.empty() || words[0] == "--help" || words[0] == "help") {
    print_overview(words.empty() ? stderr : stdout);
    return words.empty() ? 2 : 0;
  }
  std::size_t used = 0;
  const Command* command = find_command(words, used);
  if (!command) {
    std::fprintf(stderr, "gatehouse: unknown command\n\n");
    print_overview(stderr);
    return 2;
  }
  const auto arguments = words.subspan(used);
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    std::printf("gatehouse %s: %s\n\n%s\n", command->name, command->summary, command->help);
    return 0;
  }
  try {
    return command->run(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gatehouse %s: %s\n", command->name, error.what());
    return 1;
  }
}

config::Loaded load_config(const std::optional<std::string>& file) {
  const std::string home = config::executable_home();
  return config::load({file.value_or(config::find_file(home)), config::process_environment, home});
}

db::Target admin_target(const Settings& settings) { return db::target_for(settings, "gatehouse"); }

seconds budget_of(const Arguments& given) {
  const auto budget = parse_integer(given.option("--seconds", "300"));
  if (!budget || *budget < 1 || *budget > 24 * 3600) throw CommandError("--seconds must be from 1 to 86400");
  return seconds(*budget);
}

std::string read_standard_input() { return {std::istreambuf_iterator<char>(std::cin), {}}; }

}  // namespace gatehouse::tool
