// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.h"

#include <gtest/gtest.h>

namespace gatehouse::crypto {
namespace {

constexpr Argon2Cost kCheap{.memory_kib = 8, .passes = 1};

Match check(std::string_view stored, std::string_view password, Argon2Cost cost = kCheap) {
  return check_password(stored, Secret(password), cost);
}

TEST(Argon2id, MatchesItsOwnPasswordOnly) {
  for (const std::string& password :
       {std::string(), std::string("hunter2"), std::string("a\0b", 3), std::string(5000, 'x')}) {
    const std::string stored = hash_password(Secret(password), kCheap);
    EXPECT_EQ(stored.rfind("$argon2id$v=19$m=8,t=1,p=1$", 0), 0U) << stored;
    EXPECT_EQ(check(stored, password), Match::yes);
    EXPECT_EQ(check(stored, password + " "), Match::no);
    EXPECT_EQ(check(stored, password + '\0'), Match::no);
  }
}

TEST(Argon2id, IsSaltedAnewEachTime) {
  EXPECT_NE(hash_password(Secret("hunter2"), kCheap), hash_password(Secret("hunter2"), kCheap));
}

TEST(Argon2id, OfALowerCostIsOutdated) {
  const std::string stored = hash_password(Secret("hunter2"), {.memory_kib = 16, .passes = 2});
  EXPECT_EQ(check(stored, "hunter2", {.memory_kib = 16, .passes = 2}), Match::yes);
  EXPECT_EQ(check(stored, "hunter2", {.memory_kib = 8, .passes = 1}), Match::yes);
  EXPECT_EQ(check(stored, "hunter2", {.memory_kib = 17, .passes = 2}), Match::yes_but_outdated);
  EXPECT_EQ(check(stored, "hunter2", {.memory_kib = 16, .passes = 3}), Match::yes_but_outdated);
  EXPECT_EQ(check(stored, "Hunter2", {.memory_kib = 17, .passes = 3}), Match::no);
}

constexpr char kSeventyTwo[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr char kOfSeventyTwo[] = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";

// Openwall's crypt_blowfish 1.3, wrapper.c: its self-test.
TEST(Bcrypt, MatchesTheVectorsOfItsAuthorAndIsOutdated) {
  const struct {
    const char* stored;
    const char* password;
  } cases[] = {
      {"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"},
      {"$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", "U*U*"},
      {"$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a", "U*U*U"},
      {"$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", "\xff\xff\xa3"},
      {"$2b$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", "\xff\xff\xa3"},
      {"$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy", ""},
      {kOfSeventyTwo, kSeventyTwo},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(check(c.stored, c.password), Match::yes_but_outdated) << c.stored;
    EXPECT_EQ(check(c.stored, "wrong"), Match::no) << c.stored;
  }
}

TEST(Bcrypt, RefusesWhatItWouldCutOff) {
  EXPECT_EQ(check(kOfSeventyTwo, std::string(kSeventyTwo) + "c"), Match::no);
  EXPECT_EQ(check(kOfSeventyTwo, std::string(kSeventyTwo) + '\0'), Match::no);
  EXPECT_EQ(check("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", std::string("U*U\0x", 5)), Match::no);
}

TEST(CheckPassword, MatchesNoUnreadableHash) {
  const std::string good = hash_password(Secret("x"), kCheap);
  const std::string rest = good.substr(good.find(",p="));
  const std::string cases[] = {
      "",
      "x",
      "*0",
      "$",
      "$argon2id$",
      "$argon2id$v=19$m=8,t=1,p=1$",
      "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$",
      "$argon2id$v=19$m=4294967295,t=1" + rest,  // more memory than there is
      "$argon2id$v=19$m=8,t=4294967295" + rest,  // more time than there is
      "$argon2id$v=19$m=-8,t=1,p=1$c29tZXNhbHQ$AAAA",
      "$argon2i$v=19$m=8,t=3,p=1$c29tZXNhbHQ$AAAA",
      good.substr(0, good.size() - 1),
      good + "A",
      good + '\0',
      std::string(100'000, '$'),
      "$2b$05$",
      "$2b$05$XXXXXXXXXXXXXXXXXXXXXO",                                 // a setting, which crypt() would complete
      "$2b$31$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",  // days of work
      "$2b$-5$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",
      "$2x$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e",  // of a broken bcrypt
      "$2b$05$!!!!!!!!!!!!!!!!!!!!!OAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",
      "$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.",
  };
  for (const std::string& stored : cases) {
    EXPECT_EQ(check(stored, "x"), Match::no) << stored.substr(0, 80);
    EXPECT_EQ(check(stored, stored), Match::no) << stored.substr(0, 80);
  }
}

TEST(CheckNoPassword, WorksAndSaysNothing) { EXPECT_NO_THROW(check_no_password(Secret("x"), kCheap)); }

TEST(ReleasePasswordMemory, IsAlwaysAllowed) {
  release_password_memory();
  const std::string stored = hash_password(Secret("x"), kCheap);
  release_password_memory();
  release_password_memory();
  EXPECT_EQ(check(stored, "x"), Match::yes);
}

}  // namespace
}  // namespace gatehouse::crypto
