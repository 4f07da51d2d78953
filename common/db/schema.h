// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace gatehouse::db {

// The newest migration this build knows, and the oldest schema it can work on. An executable refuses to serve below
// `kNeededSchema`, and once a contracting migration says that only newer ones may (sql/README.md).
inline constexpr int kKnownSchema = 46;
inline constexpr int kNeededSchema = 46;

}  // namespace gatehouse::db
