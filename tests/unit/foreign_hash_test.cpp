// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "crypto/password.h"

namespace gatehouse::crypto {
namespace {

constexpr Argon2Cost kCheap{.memory_kib = 8, .passes = 1};
constexpr Argon2Cost kDefault{.memory_kib = 19456, .passes = 2};

Match check(std::string_view stored, std::string_view password) {
  return check_password(stored, Secret(password), {.memory_kib = 1025, .passes = 1});
}

constexpr char kHorse[] = "correct horse 1";
constexpr char kGruss[] = "gr\xc3\xbc\xc3\x9f Gott";

struct Vector {
  const char* stored;
  const char* password;
  Worth worth;
};

constexpr Vector kVectors[] = {
    // hashcat's wiki, "example hashes": modes 101, 400, 500, 1600, 1800, 3200, 7400, 7900, 10000.
    {"{SHA}uJ6qx+YUFzQbcQtyd2gpTQ5qJ3s=", "hashcat", Worth::wrap},
    {"$P$984478476IagS59wHZvyQMArzfx58u.", "hashcat", Worth::wrap},
    {"$H$984478476IagS59wHZvyQMArzfx58u.", "hashcat", Worth::wrap},
    {"$1$28772684$iEwNOgGugqO9.bIz5sk8k/", "hashcat", Worth::wrap},
    {"$apr1$71850310$gh9m4xcAn3MGxogwX/ztb.", "hashcat", Worth::wrap},
    {"$6$52450745$k5ka2p8bFuSmoVT1tzOyyuaREkkKBcCNqoDKzYiJL9RaE8yMnPgh2XzzF0NDrUhgrcLwg78xs1w5pJiypEdFX/", "hashcat",
     Worth::wrap},
    {"$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6", "hashcat", Worth::wrap},
    {"$5$rounds=5000$GX7BopJZJxPc/KEK$le16UF8I2Anb.rOrn22AUPWvzUETDGefUmAV8AZkGcD", "hashcat", Worth::wrap},
    {"$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf", "hashcat", Worth::wrap},
    {"pbkdf2_sha256$20000$H0dPx8NeajVu$GiC4k5kqbbR9qWBlsRgDywNqC2vd9kqfk7zdorEnNas=", "hashcat", Worth::wrap},
    // passlib 1.7.4, each kind's own hash() with a given salt.
    {"$pbkdf2-sha256$29000$MDEyMzQ1Njc4OWFiY2RlZg$4ZBOzOx2eHLWT3zbjSH1IN4NppGGbpL3y5bdB/0D8CU", kHorse, Worth::wrap},
    {"$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$W.hAzzDxbTooA2RlHNXl7Kk.dJ6WhqMQT4SBeLoBH3A", kGruss, Worth::wrap},
    {"$pbkdf2-sha512$25000$MDEyMzQ1Njc4OWFiY2RlZg$r.5wBbp9qjDR3IZEI2qmGpXLuVFOaa5XV3C5h/"
     "rf5cu4OzkFRlGlF1ah9AcXDASBWO0UPSxzVba4P1IpDip1jQ",
     kHorse, Worth::keep},
    {"pbkdf2_sha256$29000$saltsaltsalt$us19PRW+WxU2X1z7CsJoAWZz+hnlFm7ycpyk8NperDo=", kGruss, Worth::wrap},
    {"$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$kSC+CVqFwVKnD0bg2FKpGA7//W01Pn+E2xX7gHCcZVA", kHorse, Worth::wrap},
    {"$P$Babcdefghvt/qw65rnCaUVgIDaNPY6.", kHorse, Worth::wrap},
    {"$H$BabcdefghK4w0ZeDZyLymtiAFcieKI/", kGruss, Worth::wrap},
    {"$apr1$ab$DtP6lXET9.gQaElyn9G8j/", kHorse, Worth::wrap},
    {"$apr1$abcdefgh$nH1flhy86W6rNxS.E3sYZ.", kGruss, Worth::wrap},
    {"$1$abcdefgh$lKNhuC/jQsBuTRZV5/DWe1", kGruss, Worth::wrap},
    {"$5$rounds=80000$abcdefghijklmnop$/H5f0jW7v9.vS/EYteKf34WT1ODs0JKxSxVBbYbj322", kHorse, Worth::keep},
    {"$6$rounds=80000$abcdefghijklmnop$2MnYLSyYg4ufPa.8fP4/"
     "llz.wTdRSzljUjPkmrf48k/3o758EmMrQPThO9x4ylFKx6E1j3wlFXkW2uGBPiwB6/",
     kGruss, Worth::keep},
    {"$2b$08$abcdefghijklmnopqrstuuAZmthVu41to0WiKQAVs43CW3MFaJuvK", kHorse, Worth::keep},
    // The same, and one of cost 5, with a bit in the salt's last character that no salt has; some libraries drew such.
    {"$2b$08$abcdefghijklmnopqrstuvAZmthVu41to0WiKQAVs43CW3MFaJuvK", kHorse, Worth::keep},
    {"$2b$05$abcdefghijklmnopqrstuvEXhiyQmRggPHo/Jc2S7y8qHYKiOUBCm", kHorse, Worth::wrap},
    {"$argon2i$v=19$m=1024,t=3,p=2$MDEyMzQ1Njc4OWFiY2RlZg$OjI72a7VxIYm3rJjB9gXtw", kHorse, Worth::keep},
    {"$argon2id$v=19$m=1024,t=2,p=4$MDEyMzQ1Njc4OWFiY2RlZg$RdtX5AL6GeK0kvJfHq1aPQ", kGruss, Worth::keep},
    {"{SHA}xOWMUyp23FEMRsCEVsdoJpIF/eg=", kGruss, Worth::wrap},
    // PHP 8.2, password_hash(); the last by wp_hash_password() of WordPress 6.8.
    {"$argon2i$v=19$m=1024,t=2,p=1$YzlkSkZjQUtVQmlxYlJ4YQ$2CsLAsPMQGclkp/cA9ih6l3sCne2dChwXr7CsWkqOTo", kHorse,
     Worth::keep},
    {"$2y$08$YLDKy02wKKdR0QO31FAfye7f7AeRBEA6W2Rq0JsLOSDOkl6RwL4Bi", kGruss, Worth::keep},
    {"$wp$2y$08$HTKMdFbbbIuEMxPalltCcOyZw9CTv5J6sBtq1irn4JoJ3nZtXVjFm", kHorse, Worth::keep},
    {"$wp$2y$08$.e1bCP.weIGWkZerQg7EEOueXxKbVrrc9fp43a66DukJwqyiFksVi", kGruss, Worth::keep},
    // htpasswd of Apache 2.4: -s, -m, -B, -2; openssl passwd -apr1; perl's crypt().
    {"{SHA}x5fPvYFgDcbGATGvaDXPPkWxnc8=", kHorse, Worth::wrap},
    {"$apr1$F.7LihVS$NJswJHVws/E/wuveJoH/Z1", kHorse, Worth::wrap},
    {"$2y$08$svCb2Dvf9Vt2EwWcjoZLnuxwO/eW32TsTT9qDo1HVoZj9YJV9xpEW", kHorse, Worth::keep},
    {"$5$YB4peAVQFd3s68oR$ZGoeiku0OEnO/ozF8zrboPhw4bvvGLisqdgfGYGUfc6", kHorse, Worth::wrap},
    {"$apr1$saltsalt$bBFZJOdqmeHkX5sAJRgXJ0", kHorse, Worth::wrap},
    {"$7$C6..../....SodiumChloride$cnile/RWlrgmy5/llrTW9WHV8UuFKPveMc4aGGHJCt7", kHorse, Worth::keep},
    // Python's hashlib, put together as Drupal 7 (_password_crypt), passlib and Django 4 (ScryptPasswordHasher) do.
    {"$S$Dabcdefghj1EaCWFSrtteGNJK.anlU5k7U2b.Pd21/kdvoxZqY86", kHorse, Worth::wrap},
    {"$S$EabcdefghPYn5Kd0qwj/pZSWcPPYzx1wmahBmEK4LO76cQ1zaucB", kGruss, Worth::keep},
    {"scrypt$16384$saltsaltsalt$8$1$/ptoN2ckPS2zB7x/"
     "XLMYRIgpHrxQF80ZwCaHXBw22VkTxA3Zi/WC+Ex+uCe7Was3vKOWc0DJFRTk30Skr7gvog==",
     kHorse, Worth::keep},
    {"scrypt$1024$saltsaltsalt$8$1$uJpYBTpQZndhiyvmvmBPmFjkiu8AZjRmtCTANz9v4KJySm2nHo30jgdMpMQ4SP+"
     "FWGaTt2k1+zeIGEyioKYoVQ==",
     kGruss, Worth::wrap},
    {"$scrypt$ln=12,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$ef1kTJwlaQ0TbmkmFZt4ISxXv3ud36m71OYtyax0ZrA", kGruss, Worth::keep},
    {"pbkdf2_sha512$1000$saltsaltsalt$45QrwHJcWhtKZwqvIR0ovnpk7GJuPwlQtHE1l28Opas7S6BWoAFUApirWOGlqNRdOCK2jee7okrZ1AeC2"
     "76u2A==",
     kHorse, Worth::wrap},
    {"pbkdf2_sha256$50000$saltsaltsalt$bwKL8bHN0MkJ/cLhO2R6khSQQgjr438r1F/TpyG9cek=", kGruss, Worth::keep},
};

TEST(ForeignHash, MatchesItsOwnPasswordOnlyAndIsOutdated) {
  for (const Vector& v : kVectors) {
    EXPECT_EQ(check(v.stored, v.password), Match::yes_but_outdated) << v.stored;
    EXPECT_EQ(check(v.stored, std::string(v.password) + " "), Match::no) << v.stored;
    EXPECT_EQ(check(v.stored, std::string(v.password) + '\0'), Match::no) << v.stored;
  }
}

TEST(ForeignHash, CutShortOrGarbledMatchesNothingAndIsRefused) {
  for (const Vector& v : kVectors) {
    const std::string whole = v.stored;
    const std::string_view last(whole.data() + whole.size() - 1, 1);
    for (const std::string& stored :
         {whole.substr(0, whole.size() - 1), whole.substr(0, whole.size() / 2), whole + std::string(last),
          whole.substr(0, whole.size() - 3) + "!" + whole.substr(whole.size() - 2)}) {
      EXPECT_EQ(check(stored, v.password), Match::no) << stored;
      EXPECT_EQ(appraise_hash(stored, kDefault).worth, Worth::refuse) << stored;
    }
  }
}

TEST(ForeignHash, IsWrappedWhenItIsFastAndKeptWhenItIsSlow) {
  for (const Vector& v : kVectors) EXPECT_EQ(appraise_hash(v.stored, kDefault).worth, v.worth) << v.stored;
}

TEST(ForeignHash, WrappedMatchesAsBeforeAndFitsItsColumn) {
  for (const Vector& v : kVectors) {
    if (v.worth != Worth::wrap) continue;
    const std::string wrapped = wrap_hash(v.stored, kCheap);
    EXPECT_EQ(wrapped.rfind("$wrapped$", 0), 0U) << wrapped;
    EXPECT_LE(wrapped.size(), 255U) << wrapped;
    // What could be guessed at quickly is not in it.
    const std::string digest = std::string(v.stored).substr(std::string_view(v.stored).size() - 20);
    EXPECT_EQ(wrapped.find(digest), std::string::npos) << wrapped;
    EXPECT_NE(wrapped, wrap_hash(v.stored, kCheap));

    EXPECT_EQ(check(wrapped, v.password), Match::yes_but_outdated) << wrapped;
    EXPECT_EQ(check(wrapped, v.stored), Match::no) << wrapped << ": the hash that was stolen opens it";
    EXPECT_EQ(check(wrapped.substr(0, wrapped.size() - 1), v.password), Match::no) << wrapped;

    EXPECT_EQ(appraise_hash(wrapped, kCheap).worth, Worth::keep) << wrapped;
    EXPECT_EQ(appraise_hash(wrapped.substr(0, wrapped.size() - 1), kCheap).worth, Worth::refuse);
    EXPECT_EQ(appraise_hash("$wrapped$" + wrapped, kCheap).worth, Worth::refuse);
  }
}

// The format outlives releases: what an older one wrapped must still open. Made by this code's first version.
TEST(ForeignHash, WrappedByAnEarlierReleaseStillMatches) {
  for (const char* stored : {"$wrapped${SHA}$argon2id$v=19$m=2048,t=1,p=1$dTR5SYnqcgHR5Di3ipLQdw$"
                             "Wyaqo1sNwO2sH8v6GyGs0o4qRSan2uiyaWnKd9JdIBA",
                             "$wrapped$$P$Babcdefgh$argon2id$v=19$m=2048,t=1,p=1$1jeAbMNUNS3SHto/"
                             "BSdZwQ$CG+VguE5ChfIRQb+Z7gDhuQH4LACiu/j9iKhf554sz0"}) {
    EXPECT_EQ(check(stored, kHorse), Match::yes_but_outdated) << stored;
  }
}

constexpr char kOf64[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
constexpr char kOf32[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

// Each would take minutes, days or the machine's memory: this test would not end.
TEST(ForeignHash, OfAnAbsurdCostIsRefusedAtOnce) {
  const std::string of64 = kOf64;
  const std::string of32 = kOf32;
  const std::string cases[] = {
      "$2y$16$YLDKy02wKKdR0QO31FAfye7f7AeRBEA6W2Rq0JsLOSDOkl6RwL4Bi",
      "$2y$31$YLDKy02wKKdR0QO31FAfye7f7AeRBEA6W2Rq0JsLOSDOkl6RwL4Bi",
      "$wp$2y$31$HTKMdFbbbIuEMxPalltCcOyZw9CTv5J6sBtq1irn4JoJ3nZtXVjFm",
      "$5$rounds=999999999$abcdefgh$" + of32,
      "$6$rounds=999999999$abcdefgh$" + of64,
      "$7$zzzzzzzzzzzSodiumChloride$" + of32,
      "$7$U/..../....SodiumChloride$" + of32,  // 2^32
      "$7$C6....zzzzzSodiumChloride$" + of32,  // p
      "$7$Czzzzz/....SodiumChloride$" + of32,  // r
      "$P$Sabcdefghvt/qw65rnCaUVgIDaNPY6.",    // 2^30
      "$S$Sabcdefghj1EaCWFSrtteGNJK.anlU5k7U2b.Pd21/kdvoxZqY86",
      "$pbkdf2-sha256$4294967295$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
      "pbkdf2_sha256$5000001$saltsaltsalt$" + of32 + "=",
      "pbkdf2_sha512$9223372036854775807$saltsaltsalt$" + of64 + "==",
      "$scrypt$ln=40,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
      "$scrypt$ln=10,r=1073741824,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
      "$scrypt$ln=10,r=8,p=1073741823$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
      "scrypt$1048576$saltsaltsalt$8$1$" + of64 + "==",  // a gigabyte
      "$argon2id$v=19$m=1048577,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
      "$argon2id$v=19$m=1048576,t=5,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
      "$argon2id$v=19$m=4294967295,t=4294967295,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
      "$argon2i$v=19$m=8,t=4294967295,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
      "$wrapped${SHA}$argon2id$v=19$m=8,t=4294967295,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
      "$wrapped$$P$Sabcdefgh$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32,
  };
  for (const std::string& stored : cases) {
    EXPECT_EQ(check(stored, "x"), Match::no) << stored;
    const Appraisal appraisal = appraise_hash(stored, kDefault);
    EXPECT_EQ(appraisal.worth, Worth::refuse) << stored;
    EXPECT_STREQ(appraisal.why, "would take too long to check") << stored;
  }
}

TEST(ForeignHash, OfALongPasswordDoesNotMultiplyItsCost) {
  const std::string long_password(1'000'000, 'x');
  for (const char* stored :
       {"$P$Oabcdefghvt/qw65rnCaUVgIDaNPY6.", "$S$Oabcdefghj1EaCWFSrtteGNJK.anlU5k7U2b.Pd21/kdvoxZqY86",
        "$apr1$saltsalt$bBFZJOdqmeHkX5sAJRgXJ0", "$1$abcdefgh$lKNhuC/jQsBuTRZV5/DWe1"}) {
    EXPECT_EQ(check(stored, long_password), Match::no) << stored;
  }
}

TEST(ForeignHash, UnreadableMatchesNothingAndIsRefusedWithAReason) {
  const std::string of64 = kOf64;
  const std::string of32 = kOf32;
  const struct {
    std::string stored;
    const char* why;
  } cases[] = {
      {"", "is of no kind that is known here"},
      {"secret", "is of no kind that is known here"},
      {"rqXexS6ZhobKA", "is of no kind that is known here"},                     // DES, as htpasswd -d
      {"5f4dcc3b5aa765d61d8327deb882cf99", "is of no kind that is known here"},  // plain MD5
      {"$2x$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", "is of no kind that is known here"},
      {"$y$j9T$abcdefghijkl$" + of32, "is of no kind that is known here"},
      {std::string(256, 'x'), "is longer than 255 bytes"},
      {"$2b$03$YLDKy02wKKdR0QO31FAfye7f7AeRBEA6W2Rq0JsLOSDOkl6RwL4Bi", "is cut off or garbled"},
      {"$2b$-5$YLDKy02wKKdR0QO31FAfye7f7AeRBEA6W2Rq0JsLOSDOkl6RwL4Bi", "is cut off or garbled"},
      {"$6$rounds=999$abcdefgh$" + of64, "is cut off or garbled"},
      {"$6$rounds=05000$abcdefgh$" + of64, "is cut off or garbled"},
      {"$6$abcdefghijklmnopq$" + of64, "is cut off or garbled"},
      {"$6$abc:defg$" + of64, "is cut off or garbled"},
      {"$1$abcdefghi$lKNhuC/jQsBuTRZV5/DWe1", "is cut off or garbled"},
      {"$P$4abcdefghvt/qw65rnCaUVgIDaNPY6.", "is cut off or garbled"},
      {"$pbkdf2-sha256$0$MDEyMzQ1Njc4OWFiY2RlZg$" + of32, "is cut off or garbled"},
      {"$pbkdf2-sha256$-1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32, "is cut off or garbled"},
      {"$pbkdf2-sha256$1000$$" + of32, "is cut off or garbled"},
      {"$pbkdf2-sha256$1000$MDEy*$" + of32, "is cut off or garbled"},
      {"pbkdf2_sha256$1000$$" + of32 + "=", "is cut off or garbled"},
      {"pbkdf2_sha256$1000$a$b$" + of32 + "=", "is cut off or garbled"},
      {std::string("pbkdf2_sha256$1000$a\0b$", 23) + of32 + "=", "is cut off or garbled"},
      {"scrypt$1000$salt$8$1$" + of64 + "==", "is cut off or garbled"},  // no power of two
      {"$scrypt$ln=10,r=0,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32, "is cut off or garbled"},
      {"$argon2d$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32, "is of no kind that is known here"},
      {"$argon2id$v=16$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32, "is cut off or garbled"},
      {"$argon2id$v=19$m=1024,t=2,p=300$MDEyMzQ1Njc4OWFiY2RlZg$" + of32, "is cut off or garbled"},
      {"$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32, "is of an argon2 too cheap to be kept"},
      {"$wrapped$", "is cut off or garbled"},
      {"$wrapped$$argon2id$v=19$m=2048,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32, "is cut off or garbled"},
      {"$wrapped${SHA}x$argon2id$v=19$m=2048,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + of32, "is cut off or garbled"},
      {"pbkdf2_sha256$1000$" + std::string(150, 's') + "$" + of32 + "=", "has a salt too long to be wrapped"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(check(c.stored, "x"), Match::no) << c.stored;
    const Appraisal appraisal = appraise_hash(c.stored, kDefault);
    EXPECT_EQ(appraisal.worth, Worth::refuse) << c.stored;
    EXPECT_STREQ(appraisal.why, c.why) << c.stored;
  }
}

TEST(ForeignHash, OfThisInstallationsOwnCostIsAlwaysKept) {
  const std::string cheap = hash_password(Secret("x"), kCheap);
  EXPECT_EQ(appraise_hash(cheap, kCheap).worth, Worth::keep);
  EXPECT_EQ(appraise_hash(cheap, kDefault).worth, Worth::refuse);
  const Argon2Cost costly{.memory_kib = 1024, .passes = 5000};
  const std::string of_that = "$argon2id$v=19$m=1024,t=5000,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + std::string(kOf32);
  EXPECT_EQ(appraise_hash(of_that, costly).worth, Worth::keep);
  EXPECT_EQ(appraise_hash(of_that, kDefault).worth, Worth::refuse);
}

}  // namespace
}  // namespace gatehouse::crypto
