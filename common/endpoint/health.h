// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "json/shape.h"

namespace gatehouse {

// What every health endpoint answers while all is well.
struct Health {
  std::string status;
};

inline constexpr json::ShapeOf<Health> kHealth{"Health", json::field<&Health::status>("status")};

}  // namespace gatehouse
