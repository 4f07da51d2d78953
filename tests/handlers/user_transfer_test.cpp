// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <regex>
#include <sstream>

#include "auth/transfer/transfer.h"
#include "command.h"
#include "support/parallel.h"
#include "support/proxy.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

using transfer::Import;
using transfer::Totals;

// hashcat's example hash of mode 101.
constexpr char kSha1OfHashcat[] = "{SHA}uJ6qx+YUFzQbcQtyd2gpTQ5qJ3s=";

std::string line_of(const std::string& name, const std::string& hash, const std::string& more = "") {
  return R"({"username":")" + name + R"(","email":")" + name + R"(@example.com","hash":")" + hash + "\"" + more + "}\n";
}

class UserTransfer : public World {
 protected:
  // Without the counts of users, which a test of their own looks at.
  std::string changed() { return std::regex_replace(changes(), std::regex(", gh_user_counts [+~]\\d+"), ""); }
  UserTransfer() : config_(basic_config()) {}

  std::unique_ptr<Process> new_process() {
    return std::make_unique<Process>(load_settings(config_), "gatehouse", keys::Power::verifies, clock, random_,
                                     [](std::string_view) {});
  }

  // Says "imported 2, already there 0, refused 1" and, line by line, why.
  std::string import(const std::string& file, const Import& options = {}) {
    const auto process = new_process();
    std::istringstream in(file);
    std::string refusals;
    const auto refused = [&](std::int64_t line, std::string_view why) {
      refusals += "\n" + std::to_string(line) + ": " + std::string(why);
    };
    const Totals totals = transfer::import_users(*process, in, options, {.refused = refused, .progress = {}});
    return "imported " + std::to_string(totals.imported) + ", already there " + std::to_string(totals.already_there) +
           ", refused " + std::to_string(totals.refused) + refusals;
  }

  std::vector<std::string> export_lines(transfer::Hashes hashes) {
    const auto process = new_process();
    process->database.on_statement = [&](const db::Statement& statement) {
      statements += std::string(statement.sql());
    };
    std::vector<std::string> lines;
    transfer::export_users({.process = *process, .now = clock.now()}, hashes,
                           [&](std::string_view line) { lines.emplace_back(line); });
    return lines;
  }

  int status_of_login(const std::string& name, const std::string& password) {
    return post("auth_token", form({{"username", name}, {"password", password}})).status;
  }

  std::string hash_of(const std::string& name) {
    return value("SELECT p.hash FROM gh_passwords p JOIN gh_users u ON u.id = p.user_id WHERE u.username = '" + name +
                 "'");
  }

  Config config_;
  CountedRandomness random_{77};
  std::string statements;
};

TEST_F(UserTransfer, EachKindLogsInAndIsHashedAnew) {
  const struct {
    const char* name;
    const char* hash;
    const char* stored;  // begins so
    const char* password;
  } kinds[] = {
      // The vectors of tests/unit/foreign_hash_test.cpp, which names their sources.
      {"bcrypt-2a", "$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6", "$wrapped$$2a$05$", "hashcat"},
      {"bcrypt-2b", "$2b$08$abcdefghijklmnopqrstuuAZmthVu41to0WiKQAVs43CW3MFaJuvK", "$2b$08$", "correct horse 1"},
      {"bcrypt-2y", "$2y$08$svCb2Dvf9Vt2EwWcjoZLnuxwO/eW32TsTT9qDo1HVoZj9YJV9xpEW", "$2y$08$", "correct horse 1"},
      {"wordpress", "$wp$2y$08$HTKMdFbbbIuEMxPalltCcOyZw9CTv5J6sBtq1irn4JoJ3nZtXVjFm", "$wp$2y$08$", "correct horse 1"},
      {"argon2i", "$argon2i$v=19$m=1024,t=3,p=2$MDEyMzQ1Njc4OWFiY2RlZg$OjI72a7VxIYm3rJjB9gXtw", "$argon2i$",
       "correct horse 1"},
      {"md5-crypt", "$1$28772684$iEwNOgGugqO9.bIz5sk8k/", "$wrapped$$1$28772684$", "hashcat"},
      {"sha256-crypt", "$5$rounds=5000$GX7BopJZJxPc/KEK$le16UF8I2Anb.rOrn22AUPWvzUETDGefUmAV8AZkGcD",
       "$wrapped$$5$rounds=5000$", "hashcat"},
      {"sha512-crypt",
       "$6$52450745$k5ka2p8bFuSmoVT1tzOyyuaREkkKBcCNqoDKzYiJL9RaE8yMnPgh2XzzF0NDrUhgrcLwg78xs1w5pJiypEdFX/",
       "$wrapped$$6$52450745$", "hashcat"},
      {"scrypt-crypt", "$7$C6..../....SodiumChloride$cnile/RWlrgmy5/llrTW9WHV8UuFKPveMc4aGGHJCt7", "$7$",
       "correct horse 1"},
      {"apache-md5", "$apr1$71850310$gh9m4xcAn3MGxogwX/ztb.", "$wrapped$$apr1$71850310$", "hashcat"},
      {"apache-sha1", kSha1OfHashcat, "$wrapped${SHA}$argon2id$", "hashcat"},
      {"phpass-p", "$P$984478476IagS59wHZvyQMArzfx58u.", "$wrapped$$P$984478476", "hashcat"},
      {"phpass-h", "$H$984478476IagS59wHZvyQMArzfx58u.", "$wrapped$$H$984478476", "hashcat"},
      {"drupal", "$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf", "$wrapped$$S$C33783772", "hashcat"},
      {"passlib-256", "$pbkdf2-sha256$29000$MDEyMzQ1Njc4OWFiY2RlZg$4ZBOzOx2eHLWT3zbjSH1IN4NppGGbpL3y5bdB/0D8CU",
       "$wrapped$$pbkdf2-sha256$29000$", "correct horse 1"},
      {"passlib-512",
       "$pbkdf2-sha512$25000$MDEyMzQ1Njc4OWFiY2RlZg$r.5wBbp9qjDR3IZEI2qmGpXLuVFOaa5XV3C5h/"
       "rf5cu4OzkFRlGlF1ah9AcXDASBWO0UPSxzVba4P1IpDip1jQ",
       "$pbkdf2-sha512$25000$", "correct horse 1"},
      {"django-256", "pbkdf2_sha256$20000$H0dPx8NeajVu$GiC4k5kqbbR9qWBlsRgDywNqC2vd9kqfk7zdorEnNas=",
       "$wrapped$pbkdf2_sha256$20000$", "hashcat"},
      {"django-512",
       "pbkdf2_sha512$1000$saltsaltsalt$45QrwHJcWhtKZwqvIR0ovnpk7GJuPwlQtHE1l28Opas7S6BWoAFUApirWOGlqNRdOCK2jee7okrZ1Ae"
       "C276u2A==",
       "$wrapped$pbkdf2_sha512$1000$", "correct horse 1"},
      {"passlib-scrypt", "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$kSC+CVqFwVKnD0bg2FKpGA7//W01Pn+E2xX7gHCcZVA",
       "$wrapped$$scrypt$ln=10,r=8,p=1$", "correct horse 1"},
      {"django-scrypt",
       "scrypt$16384$saltsaltsalt$8$1$/ptoN2ckPS2zB7x/"
       "XLMYRIgpHrxQF80ZwCaHXBw22VkTxA3Zi/WC+Ex+uCe7Was3vKOWc0DJFRTk30Skr7gvog==",
       "scrypt$16384$", "correct horse 1"},
  };
  std::string file;
  for (const auto& kind : kinds) file += line_of(kind.name, kind.hash);
  EXPECT_EQ(import(file), "imported " + std::to_string(std::size(kinds)) + ", already there 0, refused 0");
  for (const auto& kind : kinds) {
    SCOPED_TRACE(kind.name);
    EXPECT_EQ(hash_of(kind.name).rfind(kind.stored, 0), 0U) << hash_of(kind.name);
    EXPECT_EQ(status_of_login(kind.name, "wrong"), 401);
    EXPECT_EQ(hash_of(kind.name).rfind(kind.stored, 0), 0U) << "a wrong password changed it";
    EXPECT_EQ(status_of_login(kind.name, kind.password), 200);
    const std::string anew = hash_of(kind.name);
    EXPECT_EQ(anew.rfind("$argon2id$v=19$m=8,t=1,p=1$", 0), 0U) << anew;
    EXPECT_EQ(status_of_login(kind.name, "wrong"), 401);
    EXPECT_EQ(status_of_login(kind.name, kind.password), 200);
    EXPECT_EQ(hash_of(kind.name), anew);
  }
}

TEST_F(UserTransfer, AFastHashIsWrappedQuicklyOrAtFullCost) {
  set("ARGON2_MEMORY_KIB", "4096");
  config_["ARGON2_MEMORY_KIB"] = "4096";
  EXPECT_EQ(import(line_of("quick", kSha1OfHashcat)), "imported 1, already there 0, refused 0");
  EXPECT_EQ(import(line_of("full", kSha1OfHashcat), {.wrapping = passwords::Wrapping::full}),
            "imported 1, already there 0, refused 0");
  EXPECT_EQ(hash_of("quick").rfind("$wrapped${SHA}$argon2id$v=19$m=2048,t=1,p=1$", 0), 0U) << hash_of("quick");
  EXPECT_EQ(hash_of("full").rfind("$wrapped${SHA}$argon2id$v=19$m=4096,t=1,p=1$", 0), 0U) << hash_of("full");
  for (const char* name : {"quick", "full"}) {
    EXPECT_EQ(status_of_login(name, "hashcat"), 200);
    EXPECT_EQ(hash_of(name).rfind("$argon2id$v=19$m=4096,t=1,p=1$", 0), 0U) << hash_of(name);
  }
}

TEST_F(UserTransfer, AUserIsStoredAsItWasWithAHashAndARecordAndNothingElse) {
  changes();
  EXPECT_EQ(import(line_of("Ann", "$2y$08$svCb2Dvf9Vt2EwWcjoZLnuxwO/eW32TsTT9qDo1HVoZj9YJV9xpEW",
                           R"(,"full_name":"Ann O'Brien","role":"moderator","is_active":false,"is_verified":true,)"
                           R"("created_at":"2020-01-02T03:04:05Z")")),
            "imported 1, already there 0, refused 0");
  EXPECT_EQ(audit(), "user_imported user=1 address=\n");
  EXPECT_EQ(changed(), "gh_audit +1, gh_passwords +1, gh_users +1");
  EXPECT_EQ(value("SELECT CONCAT_WS('|', username, username_key, email, full_name, role, is_active, is_verified,"
                  " created_at, updated_at) FROM gh_users"),
            "Ann|ann|Ann@example.com|Ann O'Brien|moderator|0|1|1577934245000|1772366400250");
  EXPECT_EQ(hash_of("Ann"), "$2y$08$svCb2Dvf9Vt2EwWcjoZLnuxwO/eW32TsTT9qDo1HVoZj9YJV9xpEW");
  EXPECT_EQ(status_of_login("ann", "correct horse 1"), 401) << "is not active";
}

TEST_F(UserTransfer, AUserWithoutAPasswordCanNotLogIn) {
  EXPECT_EQ(import(R"({"username":"ann","email":"ann@example.com","hash":null})"),
            "imported 1, already there 0, refused 0");
  EXPECT_EQ(changed(), "gh_audit +1, gh_users +1");
  EXPECT_EQ(status_of_login("ann", "null"), 401);
}

TEST_F(UserTransfer, ALineThatIsWrongIsRefusedAndTheOthersAreImported) {
  const std::string file = line_of("ann", kSha1OfHashcat) + "\n" + line_of("b", kSha1OfHashcat) +
                           line_of("cid", "5f4dcc3b5aa765d61d8327deb882cf99") + "garbage\n" +
                           line_of("dan", "$2y$31$svCb2Dvf9Vt2EwWcjoZLnuxwO/eW32TsTT9qDo1HVoZj9YJV9xpEW") +
                           line_of("eve", kSha1OfHashcat);
  EXPECT_EQ(import(file),
            "imported 2, already there 0, refused 4\n"
            "3: username must have 3 to 50 characters\n"
            "4: hash is of no kind that is known here\n"
            "5: is neither a JSON object nor NAME:HASH\n"
            "6: hash would take too long to check");
  EXPECT_EQ(changed(), "gh_audit +2, gh_passwords +2, gh_users +2");
}

TEST_F(UserTransfer, AByteOrderMarkBeforeTheFirstLineIsNoPartOfIt) {
  EXPECT_EQ(import("\xef\xbb\xbf" + line_of("ann", kSha1OfHashcat)), "imported 1, already there 0, refused 0");
}

TEST_F(UserTransfer, ANameOrAddressOfSomebodyElseIsRefusedAlsoWithinTheFile) {
  add_user({.username = "ann"});
  EXPECT_EQ(import(R"({"username":"ANN","email":"other@example.com","hash":null})"
                   "\n"
                   R"({"username":"other","email":"Ann@Example.com","hash":null})"
                   "\n"
                   R"({"username":"bob","email":"bob@example.com","hash":null})"
                   "\n"
                   R"({"username":"Bob","email":"bob@example.org","hash":null})"
                   "\n"
                   R"({"username":"bobby","email":"bob@example.com","hash":null})"
                   "\n"
                   R"({"username":"BOB","email":"BOB@example.com","hash":null})"),
            "imported 1, already there 1, refused 4\n"
            "1: username is taken\n2: email is taken\n4: username is taken\n5: email is taken");
  EXPECT_EQ(changed(), "gh_audit +1, gh_users +1");
}

TEST_F(UserTransfer, ASecondRunLeavesAloneWhoIsThere) {
  std::string file;
  for (int i = 0; i < 250; ++i) file += line_of("user" + std::to_string(i), kSha1OfHashcat);
  EXPECT_EQ(import(file), "imported 250, already there 0, refused 0");
  EXPECT_EQ(status_of_login("user7", "hashcat"), 200);
  changes();
  EXPECT_EQ(import(file + line_of("new", kSha1OfHashcat)), "imported 1, already there 250, refused 0");
  EXPECT_EQ(changed(), "gh_audit +1, gh_passwords +1, gh_users +1");
}

TEST_F(UserTransfer, NamesMadeFromAddressesAreFoundAgain) {
  std::string file;
  for (const char* domain : {"a.org", "b.org", "c.org"}) {
    file += R"({"email":"info.desk@)" + std::string(domain) + "\",\"hash\":null}\n";
  }
  const Import rehearsal{.mode = transfer::Mode::rehearse};
  EXPECT_EQ(import(file, rehearsal), "imported 3, already there 0, refused 0");
  EXPECT_EQ(import(file), "imported 3, already there 0, refused 0");
  EXPECT_EQ(value("SELECT COUNT(DISTINCT username) FROM gh_users WHERE username LIKE 'info-desk%'"), "3");
  EXPECT_EQ(import(file), "imported 0, already there 3, refused 0");
  EXPECT_EQ(import(file, rehearsal), "imported 0, already there 3, refused 0");
}

TEST_F(UserTransfer, KilledInTheMiddleHasNothingHalfAndGoesOnWhereItWas) {
  std::string file;
  for (int i = 0; i < 450; ++i) file += line_of("user" + std::to_string(i), kSha1OfHashcat);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto process = new_process();
    int passwords = 0;
    // Between a user and their hash, in the second batch.
    process->database.on_statement = [&](const db::Statement& statement) {
      if (std::string_view(statement.name()) == "users.insert_password" && ++passwords == 300) ::raise(SIGKILL);
    };
    std::istringstream in(file);
    transfer::import_users(*process, in, {}, {});
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  EXPECT_EQ(changed(), "gh_audit +200, gh_passwords +200, gh_users +200");
  EXPECT_EQ(import(file), "imported 250, already there 200, refused 0");
  EXPECT_EQ(changed(), "gh_audit +250, gh_passwords +250, gh_users +250");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_users u JOIN gh_passwords p ON p.user_id = u.id"), "450");
}

TEST_F(UserTransfer, TheImportedAreCounted) {
  import(line_of("one", kSha1OfHashcat) + line_of("two", kSha1OfHashcat) + line_of("one", kSha1OfHashcat));
  EXPECT_EQ(value("SELECT SUM(users) FROM gh_user_counts WHERE role = 'user' AND is_active = 1"),
            value("SELECT COUNT(*) FROM gh_users"));
}

TEST_F(UserTransfer, ALostCommitIsNeitherLostNorDoubled) {
  for (const auto moment : {Proxy::Moment::before, Proxy::Moment::after}) {
    Proxy proxy;
    config_["DATABASE_URL"] = proxy.url();
    proxy.cut_next_commit(moment);
    const std::string name = moment == Proxy::Moment::before ? "before" : "after";
    EXPECT_EQ(import(line_of(name + "1", kSha1OfHashcat) + line_of(name + "2", kSha1OfHashcat)),
              "imported 2, already there 0, refused 0");
    EXPECT_EQ(proxy.harmed(), 1);
    EXPECT_EQ(changed(), "gh_audit +2, gh_passwords +2, gh_users +2");
    EXPECT_EQ(status_of_login(name + "2", "hashcat"), 200);
    changes();
  }
}

TEST_F(UserTransfer, TwoRunsOfOneFileAtOnceImportEachUserOnce) {
  std::string file;
  for (int i = 0; i < 300; ++i) file += line_of("user" + std::to_string(i), kSha1OfHashcat);
  SharedCount imported;
  SharedCount others;
  in_processes(3, [&](int number) -> std::function<std::string()> {
    random_ = CountedRandomness(static_cast<std::uint64_t>(number) + 1000);
    return [&] {
      const auto process = new_process();
      std::istringstream in(file);
      const Totals totals = transfer::import_users(*process, in, {}, {});
      imported.add(static_cast<int>(totals.imported));
      others.add(static_cast<int>(totals.already_there));
      return "";
    };
  });
  EXPECT_EQ(imported.value(), 300);
  EXPECT_EQ(others.value(), 600);
  EXPECT_EQ(changed(), "gh_audit +300, gh_passwords +300, gh_users +300");
}

TEST_F(UserTransfer, ARehearsalSaysTheSameAndWritesNothing) {
  add_user({.username = "zoe"});
  std::string file = line_of("zoe", kSha1OfHashcat) + line_of("bob", kSha1OfHashcat) + line_of("Bob", kSha1OfHashcat) +
                     R"({"username":"bob","email":"bob@example.org","hash":null})" + "\n" +
                     R"({"username":"rob","email":"bob@example.com","hash":null})" + "\n" + line_of("cid", "x");
  const std::string said = import(file, {.mode = transfer::Mode::rehearse});
  EXPECT_EQ(changed(), "nothing");
  EXPECT_EQ(said, import(file));
  EXPECT_EQ(said.rfind("imported 1, already there 2, refused 3", 0), 0U) << said;
}

TEST_F(UserTransfer, AnHtpasswdFileIsTakenAsItIs) {
  // By htpasswd -m, -s, -B and -d of Apache 2.4.
  const std::string file =
      "# staff\n\nann:$apr1$F.7LihVS$NJswJHVws/E/wuveJoH/Z1\nbob:{SHA}x5fPvYFgDcbGATGvaDXPPkWxnc8=\r\n"
      "cid:$2y$08$svCb2Dvf9Vt2EwWcjoZLnuxwO/eW32TsTT9qDo1HVoZj9YJV9xpEW\ndan:rqXexS6ZhobKA\n";
  EXPECT_EQ(import(file, {.email_domain = "example.org"}),
            "imported 3, already there 0, refused 1\n6: hash is of no kind that is known here");
  EXPECT_EQ(value("SELECT GROUP_CONCAT(email, is_verified ORDER BY id) FROM gh_users"),
            "ann@example.org0,bob@example.org0,cid@example.org0");
  for (const char* name : {"ann", "bob", "cid"}) EXPECT_EQ(status_of_login(name, "correct horse 1"), 200) << name;
}

TEST_F(UserTransfer, WhatIsExportedWithHashesIsImportedElsewhere) {
  add_user({.username = "ann", .role = "admin"});
  import(
      line_of("bob", kSha1OfHashcat, R"(,"full_name":"B\"ob","is_active":false,"created_at":"2020-01-02T03:04:05Z")") +
      R"({"username":"cid","email":"cid@example.com","is_verified":true,"hash":null})" + "\n" +
      line_of("dan", kSha1OfHashcat));
  changes();
  const auto lines = export_lines(transfer::Hashes::included);
  EXPECT_EQ(audit(), "password_hashes_exported address=\n");
  EXPECT_EQ(changed(), "gh_audit +1");
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[2],
            R"({"username":"cid","email":"cid@example.com","role":"user","is_active":true,"is_verified":true,)"
            R"("created_at":"2026-03-01T12:00:00.250Z","hash":null})");

  for (const char* table : {"gh_users", "gh_passwords", "gh_audit"}) sql("DELETE FROM " + std::string(table));
  std::string file;
  for (const std::string& line : lines) file += line + "\n";
  EXPECT_EQ(import(file), "imported 4, already there 0, refused 0");
  EXPECT_EQ(export_lines(transfer::Hashes::included), lines);
  EXPECT_EQ(status_of_login("ann", kPassword), 200);
  EXPECT_EQ(status_of_login("dan", "hashcat"), 200);
  EXPECT_EQ(status_of_login("bob", "hashcat"), 401) << "is not active";
}

TEST_F(UserTransfer, AnExportHasNoHashesUnlessAskedAndDoesNotEvenReadThem) {
  add_user();
  const auto lines = export_lines(transfer::Hashes::left_out);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0],
            R"({"username":"ann","email":"ann@example.com","role":"user","is_active":true,"is_verified":true,)"
            R"("created_at":"2026-03-01T12:00:00.250Z"})");
  EXPECT_EQ(statements.find("gh_passwords"), std::string::npos) << statements;
  EXPECT_EQ(changed(), "nothing");
}

TEST_F(UserTransfer, AnExportOfManyPagesHasEverybodyOnce) {
  sql("INSERT INTO gh_users (birth, username, username_key, email, email_key, created_at, updated_at)"
      " SELECT UNHEX(MD5(seq)), CONCAT('u', seq), CONCAT('u', seq), CONCAT('u', seq, '@e.org'),"
      " CONCAT('u', seq, '@e.org'), 0, 0 FROM seq_1_to_1500");
  const auto lines = export_lines(transfer::Hashes::included);
  ASSERT_EQ(lines.size(), 1500U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].rfind("{\"username\":\"u" + std::to_string(i + 1) + "\",", 0), 0U) << lines[i];
  }
}

// The command itself, given its configuration and a file.
class UserTransferCommand : public UserTransfer {
 protected:
  UserTransferCommand() {
    const std::string file = folder_.path() + "/gatehouse.conf";
    std::ofstream config(file);
    for (const auto& [key, value] : basic_config()) config << key << " = " << value << "\n";
    config.close();
    ::chmod(file.c_str(), 0600);
    ::setenv("GATEHOUSE_CONFIG", file.c_str(), 1);
  }
  ~UserTransferCommand() override { ::unsetenv("GATEHOUSE_CONFIG"); }

  std::string write_file(const std::string& content) {
    std::string file = folder_.path() + "/users.jsonl";
    std::ofstream(file) << content;
    return file;
  }

  int run(const std::vector<std::string>& words) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = tool::run(words);
    out = testing::internal::GetCapturedStdout();
    err = testing::internal::GetCapturedStderr();
    return status;
  }

  std::string out;
  std::string err;

 private:
  TemporaryFolder folder_;
};

TEST_F(UserTransferCommand, SaysWhatItDidAndNamesEachRefusedLine) {
  const std::string file = write_file(line_of("ann", kSha1OfHashcat) + line_of("bob", "secret-as-it-is"));
  EXPECT_EQ(run({"user", "import", file, "--dry-run", "yes"}), 1);
  EXPECT_EQ(out, "would be imported: 1, already there: 0, refused: 1\n");
  EXPECT_EQ(changed(), "nothing");
  EXPECT_EQ(run({"user", "import", file}), 1);
  EXPECT_EQ(out, "imported: 1, already there: 0, refused: 1\n");
  EXPECT_EQ(err, file + ":2: hash is of no kind that is known here\n") << "and no bar where there is no terminal";
  write_file(line_of("ann", kSha1OfHashcat));
  EXPECT_EQ(run({"user", "import", file}), 0);
  EXPECT_EQ(out, "imported: 0, already there: 1, refused: 0\n");
  EXPECT_EQ(err, "");
}

TEST_F(UserTransferCommand, PrintsUsersThatItCanRead) {
  add_user({.username = "root", .role = "super_admin"});
  EXPECT_EQ(run({"user", "export"}), 0);
  EXPECT_EQ(out.find("hash"), std::string::npos) << out;
  EXPECT_EQ(run({"user", "export", "--hashes", "yes"}), 0);
  sql("DELETE FROM gh_users");
  const std::string file = write_file(out);
  EXPECT_EQ(run({"user", "import", file}), 1);
  EXPECT_EQ(err, file +
                     ":1: username is reserved; --reserved-names yes takes it; role super_admin needs "
                     "--super-admins yes\n");
  EXPECT_EQ(run({"user", "import", file, "--super-admins", "yes", "--reserved-names", "yes"}), 0) << err;
  EXPECT_EQ(status_of_login("root", kPassword), 200);
}

TEST_F(UserTransferCommand, RefusesOptionsThatItDoesNotUnderstand) {
  const std::string file = write_file("");
  EXPECT_EQ(run({"user", "import"}), 1);
  EXPECT_EQ(run({"user", "import", file + ".missing"}), 1);
  EXPECT_EQ(run({"user", "import", "/tmp"}), 1);
  EXPECT_EQ(run({"user", "import", file, "--wrap", "never"}), 1);
  EXPECT_EQ(run({"user", "import", file, "--dry-run", "maybe"}), 1);
  EXPECT_EQ(run({"user", "import", file, "--email-domain", "nowhere"}), 1);
  EXPECT_EQ(run({"user", "export", "--hashes", "please"}), 1);
  EXPECT_EQ(changed(), "nothing");
}

TEST_F(UserTransferCommand, DrawsABarOnATerminal) {
  const std::string file = write_file(line_of("ann", kSha1OfHashcat) + line_of("bob", "x"));
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0) {
    GTEST_SKIP() << "there are no pseudo-terminals here (no /dev/pts)";
  }
  std::array<char, 64> name{};
  ASSERT_EQ(::ptsname_r(terminal, name.data(), name.size()), 0);
  const int other_end = ::open(name.data(), O_RDWR | O_NOCTTY);
  const int before = ::dup(STDERR_FILENO);
  testing::internal::CaptureStdout();
  ::dup2(other_end, STDERR_FILENO);
  const int status = tool::run(std::vector<std::string>{"user", "import", file});
  ::dup2(before, STDERR_FILENO);
  out = testing::internal::GetCapturedStdout();
  std::array<char, 4096> drawn{};
  const ssize_t size = ::read(terminal, drawn.data(), drawn.size());
  for (const int fd : {terminal, other_end, before}) ::close(fd);

  EXPECT_EQ(status, 1);
  ASSERT_GT(size, 0);
  const std::string text(drawn.data(), static_cast<std::size_t>(size));
  EXPECT_NE(text.find("[#########################] 100 %  2 lines"), std::string::npos) << text;
  EXPECT_NE(text.find(":2: hash is of no kind that is known here\r\n"), std::string::npos) << text;
  EXPECT_EQ(out, "imported: 1, already there: 0, refused: 1\n");
}

}  // namespace
}  // namespace gatehouse::test
