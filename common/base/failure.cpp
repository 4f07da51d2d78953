// SPDX-License-Identifier: Apache-2.0
#include "base/failure.h"

#include <cstdio>
#include <cstdlib>

namespace gatehouse {

void bug(const std::string& what) {
#ifdef GATEHOUSE_ABORT_ON_BUG
  std::fprintf(stderr, "bug: %s\n", what.c_str());
  std::abort();
#else
  throw std::logic_error(what);
#endif
}

}  // namespace gatehouse
