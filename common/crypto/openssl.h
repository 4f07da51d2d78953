// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "base/failure.h"

// What the files behind crypto's door share; nothing outside of crypto/ may include this.
namespace gatehouse::crypto {

template <auto kFree>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

// Each owns what OpenSSL made.
using BigNumber = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;
using MessageDigest = std::unique_ptr<EVP_MD, FreeWith<EVP_MD_free>>;
using MessageDigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeWith<PKCS8_PRIV_KEY_INFO_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;

// The queue of errors is emptied: what is left in it would be taken for a TLS error by the database's connection.
[[noreturn]] inline void fail(const std::string& what) {
  ERR_clear_error();
  throw Failure(what);
}

}  // namespace gatehouse::crypto
