// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace gatehouse::access {

// How somebody proved who they are, in words of RFC 8176 apart by blanks: a session's, and its tokens' `amr`.
inline constexpr std::string_view kByPassword = "pwd";
inline constexpr std::string_view kByCode = "pwd otp mfa";
inline constexpr std::string_view kByRecoveryCode = "pwd mfa";

constexpr bool has_second_factor(std::string_view amr) { return amr.ends_with("mfa"); }

// What that is worth, as tokens say it (`acr`): the authenticator assurance levels of NIST SP 800-63B.
constexpr std::string_view acr_of(std::string_view amr) { return has_second_factor(amr) ? "aal2" : "aal1"; }

}  // namespace gatehouse::access
