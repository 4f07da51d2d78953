// SPDX-License-Identifier: Apache-2.0
// The examples that the RFCs print: what other people's programs sign, ours must verify.
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/sign.h"

namespace gatehouse::crypto {
namespace {

struct Example {
  std::string input;  // header '.' payload, as it is signed
  std::string signature;
};

Example example(std::string_view jws) {
  const std::size_t dot = jws.rfind('.');
  return {std::string(jws.substr(0, dot)), from_base64url(jws.substr(dot + 1)).value()};
}

void expect_verifies(const VerifyingKey& key, const Example& good) {
  EXPECT_TRUE(key.verify(good.input, good.signature));
  EXPECT_FALSE(key.verify(good.input + " ", good.signature));
  EXPECT_FALSE(key.verify("", good.signature));
  EXPECT_FALSE(key.verify(good.input, ""));
}

TEST(Signatures, Rfc7515AppendixA1Hs256) {
  const Secret secret(
      from_base64url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow").value());
  const Example good = example(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
      ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  expect_verifies(VerifyingKey::from_hs256_secret(secret), good);
  EXPECT_EQ(SigningKey::from_hs256_secret(secret).sign(good.input), good.signature);
}

TEST(Signatures, Rfc7515AppendixA2Rs256) {
  const auto key =
      VerifyingKey::from_jwk(Algorithm::rs256, {{"kty", "RSA"},
                                                {"n",
                                                 "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-"
                                                 "4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pC"
                                                 "gNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
                                                 "bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6"
                                                 "65xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-"
                                                 "DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW"
                                                 "yuXpoQ"},
                                                {"e", "AQAB"}});
  ASSERT_TRUE(key);
  expect_verifies(*key,
                  example("eyJhbGciOiJSUzI1NiJ9"
                          ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
                          "cnVlfQ"
                          ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W"
                          "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSj"
                          "tQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh"
                          "6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"));
}

TEST(Signatures, Rfc7515AppendixA3Es256) {
  const auto key = VerifyingKey::from_jwk(Algorithm::es256, {{"kty", "EC"},
                                                             {"crv", "P-256"},
                                                             {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                                                             {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}});
  ASSERT_TRUE(key);
  expect_verifies(*key,
                  example("eyJhbGciOiJFUzI1NiJ9"
                          ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
                          "cnVlfQ"
                          ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"));
}

TEST(Signatures, Rfc8037AppendixA4EdDsa) {
  const auto key = VerifyingKey::from_jwk(
      Algorithm::eddsa, {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}});
  ASSERT_TRUE(key);
  const Example good = example(
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
      ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  expect_verifies(*key, good);

  // The private key of appendix A.1, in the PKCS #8 wrapping of RFC 8410, section 7. Ed25519 has one signature per
  // message.
  const Secret der(from_hex("302e020100300506032b657004220420").value() +
                   from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").value());
  EXPECT_EQ(SigningKey::from_private_der(Algorithm::eddsa, der).sign(good.input), good.signature);
}

}  // namespace
}  // namespace gatehouse::crypto
