// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "command.h"
#include "files.h"

namespace gatehouse::tool {
namespace {

// What a command prints.
std::string printed_by(const std::vector<std::string>& words) {
  std::FILE* printed = std::tmpfile();
  if (!printed) throw CommandError("no temporary file to be had");
  std::fflush(stdout);
  const int terminal = ::dup(STDOUT_FILENO);
  ::dup2(::fileno(printed), STDOUT_FILENO);
  const int status = run(words);
  std::fflush(stdout);
  ::dup2(terminal, STDOUT_FILENO);
  ::close(terminal);
  std::string text;
  std::array<char, 4096> chunk;
  std::rewind(printed);
  for (std::size_t n; (n = std::fread(chunk.data(), 1, chunk.size(), printed)) > 0;) text.append(chunk.data(), n);
  std::fclose(printed);
  if (status != 0) throw CommandError("gatehouse " + words.front() + " failed");
  return text;
}

struct Made {
  const char* file;
  std::vector<std::string> command;
};

}  // namespace

int generate(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--executables"});
  const Settings settings = load_config().settings;
  const std::vector<std::string> executables{"--executables", given.option("--executables", settings.home + "/bin")};
  const Made all[] = {
      {"lighttpd/routes.conf", {"routes", "lighttpd"}}, {"lighttpd/limits_table.lua", {"limits", "lighttpd"}},
      {"nginx/routes.conf", {"routes", "nginx"}},       {"nginx/limits.conf", {"limits", "nginx", "--zones"}},
      {"apache/routes.conf", {"routes", "apache"}},
  };
  const auto make = [&](const std::string& file, std::vector<std::string> command) {
    if (command.back() != "--zones") command.insert(command.end(), executables.begin(), executables.end());
    if (write_file(file, printed_by(command)) == Written::anew) std::printf("written: %s\n", file.c_str());
  };
  for (const Made& one : all) {
    const std::string file = settings.home + "/etc/" + one.file;
    if (std::filesystem::is_directory(std::filesystem::path(file).parent_path())) make(file, one.command);
  }
  make(settings.openapi_file, {"openapi"});
  return 0;
}

}  // namespace gatehouse::tool
