// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class UsersRegister : public World {
 protected:
  Answer register_user(const Fields& fields) { return post("users_register", json_object(fields)); }

  // What is wrong with a password, "" when it is taken; nothing is kept.
  std::string judge(const std::string& password, const std::string& username = "ann") {
    const Answer answer = register_user({{"email", "a@example.com"}, {"username", username}, {"password", password}});
    if (answer.status == 201) {
      sql("DELETE FROM gh_users");
      sql("DELETE FROM gh_passwords");
      return "";
    }
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.wrong_fields(), "password") << answer.body;
    const json::Value* errors = answer.json.find("errors");
    return errors ? std::string(errors->items.at(0).string_of("message")) : "?";
  }
};

TEST_F(UsersRegister, MakesAnAccount) {
  const Answer answer = register_user(
      {{"email", "Ann@Example.com"}, {"username", "Ann_Lee-1"}, {"password", kPassword}, {"full_name", "Ann O'Lée"}});
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body,
            R"({"id":1,"username":"Ann_Lee-1","email":"Ann@Example.com","full_name":"Ann O'Lée","role":"user",)"
            R"("is_active":true,"is_verified":false,"created_at":"2026-03-01T12:00:00.250Z",)"
            R"("updated_at":"2026-03-01T12:00:00.250Z","language":null})");
  EXPECT_EQ(audit(), "user_registered user=1 address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_passwords +1, gh_user_counts +1, gh_users +1");
  EXPECT_EQ(value("SELECT CONCAT_WS(' ', username, username_key, email, email_key, role, is_active, is_verified) FROM "
                  "gh_users"),
            "Ann_Lee-1 ann_lee-1 Ann@Example.com ann@example.com user 1 0");
  EXPECT_TRUE(value("SELECT hash FROM gh_passwords WHERE user_id = 1").starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
}

TEST_F(UsersRegister, TheNewAccountLogsIn) {
  EXPECT_EQ(register_user({{"email", "ann@example.com"}, {"username", "ann"}, {"password", kPassword}}).status, 201);
  EXPECT_EQ(get("users_me", bearer(access_token())).text("email"), "ann@example.com");
}

TEST_F(UsersRegister, WithoutAFullNameThereIsNone) {
  for (const char* body :
       {R"({"email":"a@example.com","password":"Correct-Horse-1"})",
        R"({"email":"b@example.com","password":"Correct-Horse-1","full_name":null,"username":null})"}) {
    const Answer answer = post("users_register", json_text(body));
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_TRUE(answer.json.find("full_name")->is(json::Kind::null));
  }
}

TEST_F(UsersRegister, NamesAreThreeToFiftyOfAFewCharacters) {
  struct Case {
    std::string name;
    int status;
  };
  const Case cases[] = {
      {"ab", 422},
      {"abc", 201},
      {std::string(50, 'a'), 201},
      {std::string(51, 'a'), 422},
      {"", 422},
      {"a b", 422},
      {" abc", 422},
      {"abc ", 422},
      {"abc\n", 422},
      {"a.b", 422},
      {"a@b", 422},
      {"a/b", 422},
      {"b\xc3\xa9"
       "b\xc3\xa9",
       422},
      {"ab\xe2\x80\x8b"
       "c",
       422},
      {"\xef\xbd\x81nn", 422},
      {"___", 201},
      {"-0-", 201},
      {"123", 201},
  };
  int n = 0;
  for (const Case& c : cases) {
    const Answer answer =
        register_user({{"email", std::to_string(++n) + "@example.com"}, {"username", c.name}, {"password", kPassword}});
    EXPECT_EQ(answer.status, c.status) << c.name;
    EXPECT_EQ(answer.wrong_fields(), c.status == 422 ? "username" : "") << c.name;
  }
}

TEST_F(UsersRegister, ANameIsTakenInEveryCase) {
  add_user({.username = "Ann", .email = "first@example.com"});
  for (const char* name : {"Ann", "ann", "ANN"}) {
    const Answer answer = register_user({{"email", "second@example.com"}, {"username", name}, {"password", kPassword}});
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.detail(), "username is taken");
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UsersRegister, AnEmailIsTakenInEveryCase) {
  add_user({.username = "ann", .email = "Ann@Example.com"});
  for (const char* email : {"Ann@Example.com", "ann@example.com", "ANN@EXAMPLE.COM"}) {
    const Answer answer = register_user({{"email", email}, {"username", "another"}, {"password", kPassword}});
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.detail(), "email is taken");
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UsersRegister, AnEmailIsUniqueAsAWholeAndNotByItsProvider) {
  add_user({.username = "ann", .email = "ann@example.com"});
  EXPECT_EQ(register_user({{"email", "ann+news@example.com"}, {"username", "ann2"}, {"password", kPassword}}).status,
            201);
  EXPECT_EQ(register_user({{"email", "a.nn@example.com"}, {"username", "ann3"}, {"password", kPassword}}).status, 201);
}

TEST_F(UsersRegister, EmailsAreJudgedByTheDocumentedRule) {
  const std::string label(63, 'd');
  const std::string long_domain = label + "." + label + "." + label;  // 191
  struct Case {
    std::string email;
    int status;
  };
  const Case cases[] = {
      {"a@b.cd", 201},
      {"o'brien+tag@sub.example.co.uk", 201},
      {"xn--mnchen-3ya@xn--mnchen-3ya.example", 201},
      {std::string(64, 'l') + "@example.com", 201},
      {std::string(65, 'l') + "@example.com", 422},
      {std::string(62, 'l') + "@" + long_domain, 201},  // 254
      {std::string(63, 'l') + "@" + long_domain, 422},  // 255
      {"plain", 422},
      {"@example.com", 422},
      {"a@", 422},
      {"a@localhost", 422},
      {"a@example.com.", 422},
      {"a@.example.com", 422},
      {"a@example..com", 422},
      {"a@-example.com", 422},
      {"a@1.2.3.4", 422},
      {"a@[1.2.3.4]", 422},
      {".a@example.com", 422},
      {"a.@example.com", 422},
      {"a..b@example.com", 422},
      {"a b@example.com", 422},
      {"\"a b\"@example.com", 422},
      {"a@b@example.com", 422},
      {"a@example.com\n", 422},
      {"a@example.com\r\nBcc: b@example.com", 422},
      {"a@m\xc3\xbcnchen.example", 422},
      {"\xc3\xa9@example.com", 422},
      {"a@example.com, b@example.com", 422},
  };
  int n = 0;
  for (const Case& c : cases) {
    const Answer answer =
        register_user({{"email", c.email}, {"username", "user-" + std::to_string(++n)}, {"password", kPassword}});
    EXPECT_EQ(answer.status, c.status) << c.email;
    EXPECT_EQ(answer.wrong_fields(), c.status == 422 ? "email" : "") << c.email;
  }
}

TEST_F(UsersRegister, WithoutANameOneIsMadeFromTheEmail) {
  const auto name_for = [&](const std::string& email) {
    const Answer answer = register_user({{"email", email}, {"password", kPassword}});
    EXPECT_EQ(answer.status, 201) << answer.body;
    return answer.text("username");
  };
  EXPECT_EQ(name_for("ann.lee+x@example.com"), "ann-lee-x");
  EXPECT_EQ(name_for("Bob@example.com"), "Bob");
  EXPECT_EQ(name_for(std::string(64, 'l') + "@example.com"), std::string(50, 'l'));
  // Taken, reserved, too short: something random is added.
  for (const char* local : {"bob", "admin", "x", "ann.lee+x"}) {
    const std::string name = name_for(std::string(local) + "@other.example.com");
    EXPECT_EQ(name.size(), std::string(local).size() + 7) << name;
  }
  const std::string longest = name_for(std::string(64, 'l') + "@other.example.com");
  EXPECT_EQ(longest.size(), 50U) << longest;
}

TEST_F(UsersRegister, ReservedNamesAreRefusedInEveryCase) {
  for (const char* name : {"admin", "Admin", "ROOT", "postmaster", "super_admin", "no-reply"}) {
    const Answer answer = register_user({{"email", "a@example.com"}, {"username", name}, {"password", kPassword}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.wrong_fields(), "username") << name;
  }
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(register_user({{"email", "a@example.com"}, {"username", "admin2"}, {"password", kPassword}}).status, 201);
}

TEST_F(UsersRegister, PasswordsHaveEightTo128CodePoints) {
  EXPECT_NE(judge("Aa1-xyz"), "");                      // 7
  EXPECT_EQ(judge("Aa1-xyzw"), "");                     // 8
  EXPECT_EQ(judge("Aa1-" + std::string(10, 'q')), "");  // 14
  EXPECT_EQ(judge(std::string(127, 'q') + "w"), "");    // 128
  EXPECT_NE(judge(std::string(128, 'q') + "w"), "");    // 129
  std::string smiles;
  for (int i = 0; i < 128; ++i) smiles += "\xf0\x9f\x98\x80";
  EXPECT_EQ(judge(smiles), "") << "128 code points of four bytes";
  EXPECT_NE(judge(smiles + "x"), "");
}

TEST_F(UsersRegister, BelowFifteenCodePointsAPasswordNeedsFourClasses) {
  EXPECT_EQ(judge("aaaa1111-bbbb2"), "needs an upper-case letter, or 15 characters");  // 14
  EXPECT_EQ(judge("AAAA1111-BBBB2"), "needs a lower-case letter, or 15 characters");
  EXPECT_EQ(judge("AAAA-bbbb-CCCC"), "needs a digit, or 15 characters");
  EXPECT_EQ(judge("AAAA1111bbbb22"), "needs a special character, or 15 characters");
  EXPECT_EQ(judge("AAAA1111bbbb2 "), "") << "a blank is special, and never trimmed";
  EXPECT_EQ(judge("AAAA1111bbbb\xc3\xa9"), "") << "so is a letter beyond ASCII";
}

TEST_F(UsersRegister, FromFifteenOnAPasswordNeedsNoClasses) {
  EXPECT_EQ(judge("aaaa1111-bbbb22"), "");
  EXPECT_EQ(judge("correcthorsebatterystaple"), "");
  EXPECT_EQ(judge("               "), "");
}

TEST_F(UsersRegister, TheCommonestPasswordsAreRefused) {
  EXPECT_EQ(judge("password"), "is one of the commonest passwords");
  EXPECT_EQ(judge("PassWord"), "is one of the commonest passwords");
  EXPECT_EQ(judge("12345678"), "is one of the commonest passwords");
}

TEST_F(UsersRegister, APasswordMustNotContainTheName) {
  EXPECT_EQ(judge("Xx1-bobby-yY", "bobby"), "must not contain the user name");
  EXPECT_EQ(judge("Xx1-BOBBY-yY", "Bobby"), "must not contain the user name");
  EXPECT_EQ(judge("the-very-long-bobby-phrase", "bobby"), "must not contain the user name");
  const Answer derived = register_user({{"email", "bobby@example.com"}, {"password", "Xx1-bobby-yY"}});
  EXPECT_EQ(derived.wrong_fields(), "password") << "a name made from the email counts too";
}

TEST_F(UsersRegister, APasswordIsKeptAsTyped) {
  const std::string password = "  Trailing and leading \xf0\x9f\x98\x80 e\xcc\x81  ";
  EXPECT_EQ(register_user({{"email", "ann@example.com"}, {"username", "ann"}, {"password", password}}).status, 201);
  EXPECT_EQ(post("auth_token", form({{"username", "ann"}, {"password", password}})).status, 200);
  EXPECT_EQ(
      post("auth_token", form({{"username", "ann"}, {"password", "Trailing and leading \xf0\x9f\x98\x80 e\xcc\x81"}}))
          .status,
      401);
  EXPECT_EQ(post("auth_token",
                 form({{"username", "ann"}, {"password", "  Trailing and leading \xf0\x9f\x98\x80 \xc3\xa9  "}}))
                .status,
            401)
      << "another normal form is another password";
}

TEST_F(UsersRegister, FullNamesRoundTripAsPeopleWriteThem) {
  int n = 0;
  for (const char* name : {"O'Brien", "<b>Bold</b>", "\"Quote\" \\ Slash", "\xe6\x9d\x8e \xe5\xb0\x8f\xe9\xbe\x99",
                           "Zo\xc3\xab \xf0\x9f\x98\x80", "  "}) {
    const std::string username = "person-" + std::to_string(++n);
    const Answer answer = register_user(
        {{"email", username + "@example.com"}, {"username", username}, {"password", kPassword}, {"full_name", name}});
    EXPECT_EQ(answer.text("full_name"), name);
    EXPECT_EQ(get("users_me", bearer(access_token(username))).text("full_name"), name);
  }
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "\xe6\x9d\x8e";
  EXPECT_EQ(register_user({{"email", "x@example.com"}, {"password", kPassword}, {"full_name", hundred}}).status, 201);
  EXPECT_EQ(
      register_user({{"email", "y@example.com"}, {"password", kPassword}, {"full_name", hundred + "x"}}).wrong_fields(),
      "full_name");
  EXPECT_EQ(register_user({{"email", "y@example.com"}, {"password", kPassword}, {"full_name", "a\nb"}}).wrong_fields(),
            "full_name");
}

TEST_F(UsersRegister, NobodyGivesThemselvesARole) {
  for (const char* field : {"role", "is_verified", "is_active", "id", "created_at", "scope", "Username"}) {
    const Answer answer =
        register_user({{"email", "ann@example.com"}, {"username", "ann"}, {"password", kPassword}, {field, "admin"}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.wrong_fields(), field);
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UsersRegister, EveryWrongFieldIsNamedAtOnce) {
  const Answer answer =
      post("users_register", json_text(R"({"email":"x","username":"a","password":5,"full_name":["a"],"extra":1})"));
  EXPECT_EQ(answer.wrong_fields(), "email password username full_name extra");
}

TEST_F(UsersRegister, NulIsRefusedWherever) {
  const Answer answer = post(
      "users_register", json_text(R"({"email":"ann@example.com","username":"ann","password":"Correct\u0000Horse-1"})"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UsersRegister, IsForbiddenUnlessOpen) {
  for (const char* mode : {"closed", "invite"}) {
    set("REGISTRATION", mode);
    const Answer answer = register_user({{"email", "ann@example.com"}, {"username", "ann"}, {"password", kPassword}});
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.header("WWW-Authenticate"), "") << "no credential would help";
    EXPECT_EQ(changes(), "nothing");
  }
}

TEST_F(UsersRegister, ClosedTellsNothingAboutWhoIsThere) {
  add_user();
  set("REGISTRATION", "closed");
  const auto body_for = [&](const char* username) {
    return register_user({{"email", "new@example.com"}, {"username", username}, {"password", kPassword}}).body;
  };
  EXPECT_EQ(body_for("ann"), body_for("nobody"));
}

TEST_F(UsersRegister, ANameIsNeverFreeAgain) {
  const std::int64_t first = add_user();
  sql("UPDATE gh_users SET is_active = 0");
  EXPECT_EQ(register_user({{"email", "other@example.com"}, {"username", "ann"}, {"password", kPassword}}).status, 409);
  EXPECT_EQ(add_user({.username = "bob"}), first + 1);
}

// Between the look and the insert somebody else takes the name, or the address.
TEST_F(UsersRegister, WhoIsFasterWins) {
  WebHead other = another_head();
  struct Case {
    Fields fields;
    const char* what;
  };
  const Case cases[] = {
      {{{"email", "faster@example.com"}, {"username", "same"}, {"password", kPassword}}, "name"},
      {{{"email", "slow@example.com"}, {"username", "faster"}, {"password", kPassword}}, "email"},
  };
  for (const Case& c : cases) {
    bool once = true;
    head().on_statement = [&](const std::string&, const std::string& statement) {
      if (statement != "users.insert" || !std::exchange(once, false)) return;
      EXPECT_EQ(other.send("users_register", json_object(c.fields).by("POST")).status, 201);
    };
    const Answer answer = register_user({{"email", "slow@example.com"}, {"username", "same"}, {"password", kPassword}});
    EXPECT_EQ(answer.status, 409) << c.what;
    EXPECT_EQ(answer.detail(), "username or email is taken");
    EXPECT_EQ(changes(), "gh_audit +1, gh_passwords +1, gh_user_counts +1, gh_users +1")
        << "the faster one's, and nothing of the slower";
    sql("DELETE FROM gh_users");
    sql("DELETE FROM gh_passwords");
  }
}

}  // namespace
}  // namespace gatehouse::test
