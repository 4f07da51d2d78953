// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <set>

#include "base/text.h"
#include "command.h"

namespace gatehouse::tool {
namespace {

// A backslash is roff's own, a hyphen would become typographic, and a full stop begins a request at a line's start.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c == '.' || c == '\'') && (i == 0 || text[i - 1] == '\n')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

// "--word", as they stand in a command's help.
std::set<std::string> options_in(std::string_view help) {
  std::set<std::string> options;
  for (std::size_t at = 0; (at = help.find("--", at)) != std::string_view::npos;) {
    std::size_t end = at + 2;
    while (end < help.size() && (is_alnum(help[end]) || help[end] == '-')) ++end;
    if (end > at + 2) options.insert(std::string(help.substr(at, end - at)));
    at = end;
  }
  return options;
}

}  // namespace

int manual(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  std::puts(
      ".\\\" Made by `gatehouse manual`, from what `gatehouse --help` says.\n"
      ".TH GATEHOUSE 1 \"\" \"Gatehouse " GATEHOUSE_VERSION
      "\" \"User Commands\"\n"
      ".SH NAME\n"
      "gatehouse \\- the operator's command of the Gatehouse authentication server\n"
      ".SH SYNOPSIS\n"
      ".B gatehouse\n"
      ".I COMMAND\n"
      "[\\fIARGUMENT\\fR...]\n"
      ".SH DESCRIPTION\n"
      "Gatehouse is authentication and authorization for classic web servers: one small FastCGI or CGI executable for\n"
      "each URL, behind lighttpd, Apache or nginx, with all state in MariaDB or MySQL. This command sets it up and\n"
      "looks after it. Each command says more with\n"
      ".BR \\-\\-help .\n"
      ".SH COMMANDS");
  for (const Command& command : commands()) {
    std::printf(".TP\n.B gatehouse %s\n%s.\n.IP\n.nf\n%s\n.fi\n", escaped(command.name).c_str(),
                escaped(command.summary).c_str(), escaped(command.help).c_str());
  }
  std::puts(
      ".SH ENVIRONMENT\n"
      "Every key of the configuration, by its own name, and\n"
      ".TP\n"
      ".B GATEHOUSE_CONFIG\n"
      "the configuration file to read instead of the usual one.\n"
      ".SH FILES\n"
      ".TP\n"
      ".I /etc/gatehouse/gatehouse.conf\n"
      "the configuration; what its keys mean,\n"
      ".B gatehouse config keys\n"
      "prints.\n"
      ".TP\n"
      ".I /etc/gatehouse/guard.rules\n"
      "who may see which part of the sites that the guard protects.\n"
      ".TP\n"
      ".I /etc/gatehouse/credentials\n"
      "keys, and database passwords where there are any.\n"
      ".SH EXIT STATUS\n"
      "0: done. 1: it could not be done, or what was looked at is not as it should be. 2: not such a command.\n"
      ".SH SEE ALSO\n"
      ".BR systemd.unit (5),\n"
      ".BR lighttpd (8),\n"
      ".BR nginx (8),\n"
      ".BR apache2 (8)");
  return 0;
}

int completion(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  if (given.words().size() != 1 || given.words()[0] != "bash") throw CommandError("name the shell: bash");
  std::puts(
      "# Made by `gatehouse completion bash`, from what `gatehouse --help` says.\n"
      "_gatehouse() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]-} second=${COMP_WORDS[2]-} words=\n"
      "  COMPREPLY=()");
  std::set<std::string> firsts;
  for (const Command& command : commands())
    firsts.insert(std::string(command.name).substr(0, std::string_view(command.name).find(' ')));
  std::string all;
  for (const std::string& first : firsts) all += (all.empty() ? "" : " ") + first;
  std::printf(
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W '%s' -- \"$word\"))\n    return\n  fi\n",
      all.c_str());
  std::puts("  if [ \"$COMP_CWORD\" -eq 2 ]; then\n    case $first in");
  for (const std::string& first : firsts) {
    std::string seconds;
    for (const Command& command : commands()) {
      const std::string_view name = command.name;
      if (name.starts_with(first + " "))
        seconds += (seconds.empty() ? "" : " ") + std::string(name.substr(first.size() + 1));
    }
    if (!seconds.empty())
      std::printf("      %s) COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n", first.c_str(), seconds.c_str());
  }
  std::puts("    esac\n  fi\n  case \"$first $second\" in");
  for (const Command& command : commands()) {
    std::string options = "--help";
    for (const std::string& option : options_in(command.help)) options += " " + option;
    const bool is_one_word = std::string_view(command.name).find(' ') == std::string_view::npos;
    std::printf("    '%s'%s) words='%s' ;;\n", command.name, is_one_word ? "*" : "", options.c_str());
  }
  std::puts(
      "  esac\n"
      "  if [[ $word == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
      "  fi\n"
      "}\n"
      "complete -o filenames -F _gatehouse gatehouse");
  return 0;
}

}  // namespace gatehouse::tool
