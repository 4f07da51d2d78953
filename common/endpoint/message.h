// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "json/shape.h"

namespace gatehouse {

// What an endpoint answers when all there is to say is that it was done.
struct Message {
  std::string detail;
};

inline constexpr json::ShapeOf<Message> kMessage{"Message", json::field<&Message::detail>("detail")};

}  // namespace gatehouse
