// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace gatehouse::passwords {

// "" or what is wrong, in words for the person who typed. After the bounds of 8 to 128 characters: common ones and
// those that contain the user name are refused at any length; below 15 characters it takes upper case, lower case, a
// digit and a special character.
std::string_view check_new(std::string_view password, std::string_view username);

}  // namespace gatehouse::passwords
