// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>
#include <string_view>

#include "support/server.h"

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--make-template") {
    gatehouse::test::make_template(argv[2]);
    return 0;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
