// SPDX-License-Identifier: Apache-2.0
#include "crypto/sign.h"

#include <gtest/gtest.h>

#include <map>

#include "base/encoding.h"
#include "base/failure.h"

namespace gatehouse::crypto {
namespace {

constexpr Algorithm kPublicKeyAlgorithms[] = {Algorithm::es256, Algorithm::rs256, Algorithm::eddsa};
constexpr Algorithm kAlgorithms[] = {Algorithm::es256, Algorithm::rs256, Algorithm::eddsa, Algorithm::hs256};

const Secret& hs256_secret() {
  static const Secret secret(std::string(32, 's'));
  return secret;
}

// Made once: an RSA key takes longer than all tests here together.
const SigningKey& signing(Algorithm algorithm) {
  static std::map<Algorithm, SigningKey> keys;
  const auto found = keys.find(algorithm);
  if (found != keys.end()) return found->second;
  return keys
      .emplace(algorithm, algorithm == Algorithm::hs256 ? SigningKey::from_hs256_secret(hs256_secret())
                                                        : SigningKey::generate(algorithm))
      .first->second;
}

VerifyingKey verifying(Algorithm algorithm) {
  if (algorithm == Algorithm::hs256) return VerifyingKey::from_hs256_secret(hs256_secret());
  return VerifyingKey::from_public_der(algorithm, signing(algorithm).public_der());
}

TEST(Algorithms, HaveTheNamesOfJwa) {
  for (const Algorithm algorithm : kAlgorithms) EXPECT_EQ(algorithm_named(name_of(algorithm)), algorithm);
  EXPECT_EQ(name_of(Algorithm::eddsa), "EdDSA");
  for (const char* name : {"", "none", "None", "es256", "ES256 ", "EDDSA", "HS384", "ES256K"}) {
    EXPECT_FALSE(algorithm_named(name)) << name;
  }
}

TEST(Signatures, AreVerifiedByTheirOwnKeyOnly) {
  for (const Algorithm algorithm : kAlgorithms) {
    const std::string signature = signing(algorithm).sign("message");
    for (const Algorithm other : kAlgorithms) {
      EXPECT_EQ(verifying(other).verify("message", signature), algorithm == other)
          << name_of(algorithm) << name_of(other);
    }
    EXPECT_FALSE(verifying(algorithm).verify("massage", signature));
    EXPECT_TRUE(verifying(algorithm).verify("", signing(algorithm).sign("")));
  }
  const SigningKey stranger = SigningKey::generate(Algorithm::es256);
  EXPECT_FALSE(verifying(Algorithm::es256).verify("message", stranger.sign("message")));
}

TEST(Signatures, OfEs256HaveSixtyFourBytesWhateverTheyAreMadeOf) {
  // One in 128 has a half that begins with a zero byte, which DER leaves out.
  const VerifyingKey key = verifying(Algorithm::es256);
  for (int i = 0; i < 600; ++i) {
    const std::string message = std::to_string(i);
    const std::string signature = signing(Algorithm::es256).sign(message);
    ASSERT_EQ(signature.size(), 64U);
    EXPECT_TRUE(key.verify(message, signature)) << to_hex(signature);
  }
}

TEST(Signatures, AreRefusedWithAnyBitFlipped) {
  for (const Algorithm algorithm : kAlgorithms) {
    const VerifyingKey key = verifying(algorithm);
    std::string signature = signing(algorithm).sign("message");
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
      const auto mask = static_cast<char>(1 << (bit % 8));
      signature[bit / 8] ^= mask;
      EXPECT_FALSE(key.verify("message", signature)) << name_of(algorithm) << " bit " << bit;
      signature[bit / 8] ^= mask;
    }
    EXPECT_TRUE(key.verify("message", signature)) << "refusing has spoilt the key";
  }
}

TEST(Signatures, AreRefusedAtAnyOtherLength) {
  for (const Algorithm algorithm : kAlgorithms) {
    const VerifyingKey key = verifying(algorithm);
    const std::string good = signing(algorithm).sign("message");
    for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(key.verify("message", good.substr(0, size)));
    for (const std::string& longer : {good + '\0', '\0' + good, good + good, std::string(100'000, 'x')}) {
      EXPECT_FALSE(key.verify("message", longer));
    }
  }
}

// The order of P-256's group: r and s are less than this, and not zero.
const std::string kOrder = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").value();

TEST(Signatures, OfEs256AreRefusedOutsideOfTheGroup) {
  const VerifyingKey key = verifying(Algorithm::es256);
  const std::string good = signing(Algorithm::es256).sign("message");
  const std::string zero(32, '\0');
  const std::string one = std::string(31, '\0') + '\x01';
  for (const std::string& r : {zero, one, kOrder, std::string(32, '\xff'), good.substr(0, 32)}) {
    for (const std::string& s : {zero, one, kOrder, std::string(32, '\xff')}) {
      EXPECT_FALSE(key.verify("message", r + s)) << to_hex(r + s);
      EXPECT_FALSE(key.verify("message", s + r)) << to_hex(s + r);
    }
  }
}

TEST(Signatures, OfEs256AreRefusedInDer) {
  // A DER signature that is right, of 64 bytes as JWS has them, takes too long to find; any length must be refused.
  const std::string good = signing(Algorithm::es256).sign("message");
  const auto integer = [](std::string half) {
    half.erase(0, half.find_first_not_of('\0'));
    if ((half[0] & 0x80) != 0) half.insert(0, 1, '\0');
    return "\x02" + std::string(1, static_cast<char>(half.size())) + half;
  };
  const std::string pair = integer(good.substr(0, 32)) + integer(good.substr(32));
  const std::string der = "\x30" + std::string(1, static_cast<char>(pair.size())) + pair;
  EXPECT_FALSE(verifying(Algorithm::es256).verify("message", der));
}

TEST(PublicKeys, OfAnotherKindAreRefused) {
  for (const Algorithm algorithm : kAlgorithms) {
    for (const Algorithm other : kPublicKeyAlgorithms) {
      if (algorithm == other) continue;
      EXPECT_THROW(VerifyingKey::from_public_der(algorithm, signing(other).public_der()), Failure);
      EXPECT_THROW(SigningKey::from_private_der(algorithm, signing(other).private_der()), Failure);
    }
  }
}

TEST(PublicKeys, OfAnotherSizeOrCurveAreRefused) {
  // By `openssl genpkey`: RSA of 1024 bits, P-384, secp256k1, X25519.
  const std::pair<Algorithm, const char*> cases[] = {
      {Algorithm::rs256,
       "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCh3QY6JuTop5t1ultdea_XYXI2gjacKztz3pE3Oo10i3Gu0YIRX9OqkHN4Seze"
       "-y3PYwvEVIHmg6JhOIQkNmUCZGpzKGRpol1op6F2Nkv5wPpMK4h9zOU8n35a2PRyheKlwDvNnk5BNCleZi6VCFiOomWy9mfSMqFy"
       "wqD27O-rewIDAQAB"},
      {Algorithm::es256,
       "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEE9r08f9DsPo_DLXk2W8aF2GKzUQbCNtcAXhvHkPCrNpulIif4OklFkj50H4NUD7JQCYk"
       "VwP3A9PlZkWH2Xgo6QTfbuLVj1FI9oUARhpL4NVhC1X37Ape4BxykrwtbTyT"},
      {Algorithm::es256,
       "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEZQ7DWrmjlvJqAern8e8i89u-vaFw5uzpFsQuUycanKeHcR6Jd1b059s0TtLDZJ8344h_"
       "yU-1WisRzA8oceU7xw"},
      {Algorithm::eddsa, "MCowBQYDK2VuAyEAG4NANMsJm1AiF1WCkrc9-mwL3UI7e_2GNLpic0kDm0o"},
  };
  for (const auto& [algorithm, der] : cases) {
    EXPECT_THROW(VerifyingKey::from_public_der(algorithm, from_base64url(der).value()), Failure) << der;
  }
}

TEST(PublicKeys, AreReadToTheLastByteOrNotAtAll) {
  for (const Algorithm algorithm : kPublicKeyAlgorithms) {
    const std::string der = signing(algorithm).public_der();
    EXPECT_THROW(VerifyingKey::from_public_der(algorithm, ""), Failure);
    EXPECT_THROW(VerifyingKey::from_public_der(algorithm, der.substr(0, der.size() - 1)), Failure);
    EXPECT_THROW(VerifyingKey::from_public_der(algorithm, der + '\0'), Failure);
    EXPECT_THROW(VerifyingKey::from_public_der(algorithm, signing(algorithm).private_der().reveal()), Failure);
  }
}

TEST(PrivateKeys, SurviveBeingStored) {
  for (const Algorithm algorithm : kPublicKeyAlgorithms) {
    const Secret der = signing(algorithm).private_der();
    const SigningKey again = SigningKey::from_private_der(algorithm, der);
    EXPECT_EQ(again.algorithm(), algorithm);
    EXPECT_EQ(again.public_der(), signing(algorithm).public_der());
    EXPECT_TRUE(verifying(algorithm).verify("message", again.sign("message")));
    EXPECT_THROW(SigningKey::from_private_der(algorithm, Secret(der.reveal().substr(1))), Failure);
    EXPECT_THROW(SigningKey::from_private_der(algorithm, Secret(std::string(der.reveal()) + '\0')), Failure);
    EXPECT_THROW(SigningKey::from_private_der(algorithm, Secret(signing(algorithm).public_der())), Failure);
  }
}

TEST(Hs256Keys, HaveNoPublicHalfAndNoLessThan32Bytes) {
  EXPECT_EQ(signing(Algorithm::hs256).public_der(), "");
  EXPECT_TRUE(signing(Algorithm::hs256).private_der().empty());
  EXPECT_TRUE(verifying(Algorithm::hs256).jwk().empty());
  EXPECT_THROW(SigningKey::generate(Algorithm::hs256), Failure);
  EXPECT_THROW(SigningKey::from_hs256_secret(Secret(std::string(31, 's'))), Failure);
  EXPECT_THROW(VerifyingKey::from_hs256_secret(Secret()), Failure);
}

// What RFC 8725, section 2.1 warns of: a public key taken for an HS256 secret.
TEST(Hs256Keys, AreNeverMadeFromAPublicJwk) {
  for (const Algorithm algorithm : kPublicKeyAlgorithms) {
    EXPECT_FALSE(VerifyingKey::from_jwk(Algorithm::hs256, verifying(algorithm).jwk()));
  }
  EXPECT_FALSE(VerifyingKey::from_jwk(Algorithm::hs256, {{"kty", "oct"}, {"k", to_base64url(std::string(32, 's'))}}));
}

TEST(Jwk, MakesTheSameKeyAgain) {
  for (const Algorithm algorithm : kPublicKeyAlgorithms) {
    auto members = verifying(algorithm).jwk();
    members.push_back({"alg", std::string(name_of(algorithm))});
    members.push_back({"use", "sig"});
    members.push_back({"kid", "anything"});
    const auto key = VerifyingKey::from_jwk(algorithm, members);
    ASSERT_TRUE(key) << name_of(algorithm);
    EXPECT_TRUE(key->verify("message", signing(algorithm).sign("message")));
  }
}

TEST(Jwk, HoldsNoPrivateMember) {
  for (const Algorithm algorithm : kPublicKeyAlgorithms) {
    for (const JwkMember& member : verifying(algorithm).jwk()) {
      EXPECT_NE(std::string_view("kty crv x y n e").find(member.name), std::string_view::npos) << member.name;
    }
  }
}

TEST(Jwk, ThatIsNotForThisIsRefused) {
  for (const Algorithm algorithm : kPublicKeyAlgorithms) {
    const auto good = verifying(algorithm).jwk();
    EXPECT_FALSE(VerifyingKey::from_jwk(algorithm, {}));
    for (std::size_t i = 0; i < good.size(); ++i) {
      auto without = good;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_FALSE(VerifyingKey::from_jwk(algorithm, without)) << good[i].name;
      for (const char* value : {"", "AA", "AAAA", "P-384", "!", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="}) {
        auto changed = good;
        if (changed[i].name == "e") continue;  // Any odd number may be an exponent.
        changed[i].value = value;
        EXPECT_FALSE(VerifyingKey::from_jwk(algorithm, changed)) << good[i].name << " " << value;
      }
    }
    for (const JwkMember& purpose : {JwkMember{"use", "enc"}, JwkMember{"alg", "HS256"}, JwkMember{"alg", "none"}}) {
      auto other = good;
      other.push_back(purpose);
      EXPECT_FALSE(VerifyingKey::from_jwk(algorithm, other)) << purpose.value;
    }
  }
}

// RFC 7518, section 6.2.1.2: each coordinate has its full size, so that a point has one spelling.
TEST(Jwk, WithCoordinatesOfAnotherSizeIsRefused) {
  auto members = verifying(Algorithm::es256).jwk();
  ASSERT_EQ(members[2].name + members[3].name, "xy");
  const std::string point = from_base64url(members[2].value).value() + from_base64url(members[3].value).value();
  members[2].value = to_base64url(point.substr(0, 31));
  members[3].value = to_base64url(point.substr(31));
  EXPECT_FALSE(VerifyingKey::from_jwk(Algorithm::es256, members));
}

TEST(Jwk, WithAPointThatIsNotOnTheCurveIsRefused) {
  auto members = verifying(Algorithm::es256).jwk();
  ASSERT_EQ(members.back().name, "y");
  members.back().value = to_base64url(std::string(31, '\0') + '\x05');
  EXPECT_FALSE(VerifyingKey::from_jwk(Algorithm::es256, members));
}

}  // namespace
}  // namespace gatehouse::crypto
