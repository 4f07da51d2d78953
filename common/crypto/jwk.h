// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "crypto/openssl.h"
#include "crypto/sign.h"

namespace gatehouse::crypto {

// The public half of a key as the members that RFC 7517 wants for its kind, without kid, use and alg.
std::vector<JwkMember> jwk_of(Algorithm algorithm, const EVP_PKEY* key);

// Null when the members do not describe a key for this algorithm. Its size is for the caller to check.
Pkey key_of(Algorithm algorithm, const std::vector<JwkMember>& members);

}  // namespace gatehouse::crypto
