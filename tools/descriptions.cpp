// SPDX-License-Identifier: Apache-2.0
#include "descriptions.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "command.h"

namespace gatehouse::tool {

std::string output_of(const std::vector<std::string>& command) {
  const std::string& program = command.front();
  std::array<int, 2> pipe;
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw CommandError("no pipe to be had");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::array<char*, 1> no_environment{nullptr};
  pid_t child;
  const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), no_environment.data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  std::string text;
  std::array<char, 4096> chunk;
  for (ssize_t n; (n = ::read(pipe[0], chunk.data(), chunk.size())) > 0;)
    text.append(chunk.data(), static_cast<std::size_t>(n));
  ::close(pipe[0]);
  int status = 0;
  if (failed != 0 || ::waitpid(child, &status, 0) < 0 || status != 0) throw CommandError(program + ": can't be asked");
  return text;
}

std::int64_t integer_of(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  return member ? member->integer().value_or(0) : 0;
}

std::vector<json::Value> descriptions_of(const std::string& program) {
  auto parsed = json::parse(output_of({program, "--describe"}), {.bytes = 1024 * 1024, .depth = 16});
  if (!parsed.value) throw CommandError(program + ": its description is not JSON");
  // Of gatehouse_all.fcgi a list.
  if (parsed.value->is(json::Kind::array)) return std::move(parsed.value->items);
  std::vector<json::Value> one;
  one.push_back(std::move(*parsed.value));
  return one;
}

std::vector<json::Value> read_descriptions(const std::string& directory, Asked asked) {
  std::vector<std::filesystem::path> programs;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".fcgi") programs.push_back(entry.path());
  }
  if (programs.empty()) throw CommandError(directory + ": no .fcgi files there");

  std::vector<json::Value> descriptions;
  for (const auto& program : programs) {
    for (json::Value& description : descriptions_of(program.string())) {
      const json::Value* elsewhere = description.find("on_guarded_sites");
      if (asked == Asked::everybody || !elsewhere || !elsewhere->truth) descriptions.push_back(std::move(description));
    }
  }
  // By route, and '{' comes after every character of a literal: "/api-keys/revoke" is asked before "/api-keys/{id}".
  std::sort(descriptions.begin(), descriptions.end(),
            [](const auto& a, const auto& b) { return a.string_of("route") < b.string_of("route"); });
  return descriptions;
}

}  // namespace gatehouse::tool
