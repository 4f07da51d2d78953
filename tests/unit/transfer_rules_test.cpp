// SPDX-License-Identifier: Apache-2.0
#include "auth/transfer/transfer_rules.h"

#include <gtest/gtest.h>

namespace gatehouse::transfer {
namespace {

const Time kNow = from_millis(1'772'366'400'000);  // 2026-03-01T12:00:00Z

std::string why_refused(std::string_view line, const Import& import = {}) {
  const auto read = read_line(line, import, kNow);
  return read ? "" : read.refusal().detail;
}

TEST(ReadLine, TakesAnObjectWithEveryField) {
  const auto user =
      read_line(R"({"username":"Ann","email":"ann@example.com","full_name":"Ann Lee","role":"admin","is_active":false,)"
                R"("is_verified":true,"created_at":"2020-02-29T23:59:59.5+02:00","hash":"{SHA}x"})",
                {}, kNow);
  ASSERT_TRUE(user) << user.refusal().detail;
  EXPECT_EQ(user->usernames, std::vector<std::string>{"Ann"});
  EXPECT_EQ(user->email, "ann@example.com");
  EXPECT_EQ(user->full_name, "Ann Lee");
  EXPECT_EQ(user->role, "admin");
  EXPECT_FALSE(user->is_active);
  EXPECT_TRUE(user->is_verified);
  EXPECT_EQ(to_rfc3339(*user->created_at), "2020-02-29T21:59:59.500Z");
  EXPECT_EQ(user->hash, "{SHA}x");
}

TEST(ReadLine, TakesWhatIsLeftOutForAnOrdinaryUser) {
  const auto user = read_line(R"( {"username":"ann","email":"ann@example.com","full_name":"","hash":null})", {}, kNow);
  ASSERT_TRUE(user) << user.refusal().detail;
  EXPECT_EQ(user->role, access::kUser);
  EXPECT_TRUE(user->is_active);
  EXPECT_FALSE(user->is_verified);
  EXPECT_FALSE(user->full_name || user->created_at || user->hash);
}

TEST(ReadLine, MakesANameFromTheAddressAndTheSameOneEachTime) {
  const auto user = read_line(R"({"email":"ann.lee@example.com","hash":null})", {}, kNow);
  const auto again = read_line(R"({"email":"ANN.Lee@example.com","hash":null})", {}, kNow);
  const auto other = read_line(R"({"email":"ann.lee@example.org","hash":null})", {}, kNow);
  ASSERT_TRUE(user && again && other);
  ASSERT_EQ(user->usernames.size(), 2U);
  EXPECT_EQ(user->usernames[0], "ann-lee");
  EXPECT_EQ(user->usernames[1].rfind("ann-lee-", 0), 0U);
  EXPECT_EQ(user->usernames[1].substr(7), again->usernames[1].substr(7));
  EXPECT_NE(user->usernames[1], other->usernames[1]);
  const auto reserved = read_line(R"({"email":"admin@example.com","hash":null})", {}, kNow);
  ASSERT_TRUE(reserved);
  EXPECT_EQ(reserved->usernames.size(), 1U);
}

TEST(ReadLine, MakesAnAddressFromTheNameWhereADomainIsGivenAndNeverAVerifiedOne) {
  const Import import{.email_domain = "example.org"};
  for (const char* line : {"ann:{SHA}x", R"({"username":"ann","is_verified":true,"hash":"{SHA}x"})"}) {
    const auto user = read_line(line, import, kNow);
    ASSERT_TRUE(user) << user.refusal().detail;
    EXPECT_EQ(user->email, "ann@example.org");
    EXPECT_FALSE(user->is_verified);
    EXPECT_EQ(user->hash, "{SHA}x");
    EXPECT_EQ(why_refused(line), "email is missing; --email-domain can make one");
  }
  EXPECT_EQ(why_refused(R"({"hash":"x"})", import), "email is missing");
}

TEST(ReadLine, TakesSuperAdminsAndReservedNamesOnlyWhereTold) {
  const char* const root = R"({"username":"ann","email":"ann@example.com","role":"super_admin","hash":null})";
  EXPECT_EQ(why_refused(root), "role super_admin needs --super-admins yes");
  EXPECT_EQ(why_refused(root, {.super_admins = true}), "");
  const char* const admin = R"({"username":"Admin","email":"ann@example.com","hash":null})";
  EXPECT_EQ(why_refused(admin), "username is reserved; --reserved-names yes takes it");
  EXPECT_EQ(why_refused(admin, {.reserved_names = true}), "");
}

TEST(ReadLine, SaysAllThatIsWrongAndNoValue) {
  const std::string why = why_refused(
      R"({"username":"a b","email":"nowhere","full_name":"x\ty","role":"super_admin","created_at":"yesterday","hash":7})");
  for (const char* field : {"username ", "email ", "full_name ", "role ", "created_at ", "hash "}) {
    EXPECT_NE(why.find(field), std::string::npos) << why;
  }
  for (const char* value : {"a b", "nowhere", "king", "yesterday", "7"}) {
    EXPECT_EQ(why.find(value), std::string::npos) << why;
  }
  const struct {
    const char* line;
    const char* why;
  } cases[] = {
      {R"({"username":"ann","email":"a@e.org"})", "hash is missing; null says that there is no password"},
      {R"({"username":"ann","email":"a@e.org","hash":null,"is_activ":false})",
       "a field is none of username, email, full_name, role, is_active, is_verified, created_at, hash"},
      {R"({"username":"ann","email":"a@e.org","hash":null,"is_active":"no"})", "is_active must be true or false"},
      {R"({"username":"ann","email":"a@e.org","hash":null,"role":["admin"]})", "role must be a string"},
      {R"({"username":"an","email":"a@e.org","hash":null})", "username must have 3 to 50 characters"},
      {R"({"username":"ann","email":"a@e.org","hash":null,"created_at":"2026-03-01T12:00:00.001Z"})",
       "created_at is in the future"},
      {"ann", "is neither a JSON object nor NAME:HASH"},
      {"[]", "is neither a JSON object nor NAME:HASH"},
  };
  for (const auto& c : cases) EXPECT_EQ(why_refused(c.line), c.why) << c.line;
  for (const char* line : {"{", R"({"hash":null,"hash":null})", "{\"username\":\"\xff\"}", "{} {}"}) {
    EXPECT_NE(why_refused(line), "") << line;
  }
}

TEST(IsBlank, KnowsEmptyLinesAndComments) {
  for (const char* line : {"", "  ", "# ann:x", "  # x"}) EXPECT_TRUE(is_blank(line)) << line;
  for (const char* line : {"ann:#", "{}", "x"}) EXPECT_FALSE(is_blank(line)) << line;
}

TEST(FromRfc3339, ReadsTimesAndNothingElse) {
  EXPECT_EQ(from_rfc3339("1970-01-01T00:00:00Z"), from_millis(0));
  EXPECT_EQ(from_rfc3339("2026-03-01T12:00:00.0009Z"), kNow);
  EXPECT_EQ(from_rfc3339("2026-03-01T04:00:00-08:00"), kNow);
  for (const char* text :
       {"", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z", "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z",
        "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-03-01T12:00:60Z", "2026-03-01T12:00:00.Z",
        "2026-03-01T12:00:00+24:00", "2026-03-01T12:00:00+1:00", "2026-03-01T12:00:00Z ", "-026-03-01T12:00:00Z",
        "2026-03-01T12:00:00z", "2026-3-1T12:00:00Z"}) {
    EXPECT_FALSE(from_rfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace gatehouse::transfer
