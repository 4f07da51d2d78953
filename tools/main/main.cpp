// SPDX-License-Identifier: Apache-2.0
#include "command.h"

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  return gatehouse::tool::run(words);
}
