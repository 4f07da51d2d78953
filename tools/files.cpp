// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "command.h"

namespace gatehouse::tool {

std::string read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw CommandError(file + ": can't be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

Written write_file(const std::string& file, std::string_view text) {
  {
    std::ifstream present(file, std::ios::binary);
    if (present && std::string(std::istreambuf_iterator<char>(present), {}) == text) return Written::as_it_was;
  }
  const std::string draft = file + ".new";
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
  {
    std::ofstream out(draft, std::ios::binary | std::ios::trunc);
    out << text;
    out.flush();
    if (!out) throw CommandError(draft + ": can't be written");
  }
  std::filesystem::rename(draft, file, error);
  if (error) throw CommandError(file + ": can't be written");
  return Written::anew;
}

}  // namespace gatehouse::tool
