// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "base/text.h"
#include "command.h"
#include "descriptions.h"
#include "files.h"

namespace gatehouse::tool {
namespace {

// Most of the traffic: these have several workers on their socket.
constexpr std::array kHot{"auth_token", "users_me", "auth_refresh", "guard"};

constexpr const char* kMadeBy = "# Made by `gatehouse units`, from the executables; change it by a drop-in.\n";

constexpr const char* kSocket = R"([Unit]
Description=Gatehouse: @does@ (socket)
Documentation=man:gatehouse(1)
PartOf=gatehouse.target

[Socket]
ListenStream=@sockets@/@name@.sock
SocketUser=www-data
SocketGroup=www-data
SocketMode=0600
Backlog=1024
RemoveOnStop=yes
Service=gatehouse-@name@@1.service
)";

// A crash is answered by a new start for ever: a socket that systemd gave up would refuse everybody.
constexpr const char* kService = R"([Unit]
Description=Gatehouse: @does@ (worker %i)
Documentation=man:gatehouse(1)
Wants=gatehouse.service
After=gatehouse.service mariadb.service mysql.service
PartOf=gatehouse.service
@bound@StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=@home@/bin/@name@.fcgi
Sockets=gatehouse-@name@.socket
Restart=on-failure
TimeoutStopSec=30
User=gh_@name@
@groups@@idle@)";

constexpr const char* kSandbox = R"(SyslogIdentifier=gatehouse
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
PrivateDevices=yes
DevicePolicy=closed
PrivateTmp=yes
PrivateNetwork=yes
IPAddressDeny=any
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
KeyringMode=private
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
)";

// The first worker is started by the socket and keeps the others up; when it goes (idle, stopped, restarted), they do.
constexpr const char* kFirstOfMany = R"([Unit]
Upholds=@others@

[Service]
UnsetEnvironment=IDLE_EXIT_SECONDS
)";

constexpr const char* kTarget = R"([Unit]
Description=Gatehouse, every endpoint
Documentation=man:gatehouse(1)
Wants=gatehouse.service gatehouse-sweep.timer gatehouse-audit-seal.timer
@wants@
[Install]
WantedBy=multi-user.target
)";

// Restarting it restarts every handler that runs, while the sockets stay.
constexpr const char* kCommon = R"([Unit]
Description=Gatehouse, what its handlers share
Documentation=man:gatehouse(1)
PartOf=gatehouse.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=@home@/bin/gatehouse slots
ReadWritePaths=@sockets@
)";

constexpr const char* kTask = R"([Unit]
Description=Gatehouse: @does@
Documentation=man:gatehouse(1)
After=mariadb.service mysql.service

[Service]
Type=oneshot
ExecStart=@home@/bin/gatehouse @command@
TimeoutStartSec=15min
User=gh_@name@
Group=gatehouse
)";

constexpr const char* kTimer = R"([Unit]
Description=Gatehouse: @does@, every hour
Documentation=man:gatehouse(1)
PartOf=gatehouse.target

[Timer]
OnActiveSec=30s
OnCalendar=hourly
RandomizedDelaySec=5min
Persistent=yes
)";

using Words = std::map<std::string, std::string>;

std::string filled(std::string text, const Words& words) {
  for (const auto& [name, value] : words) {
    const std::string place = "@" + name + "@";
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += value.size()) {
      text.replace(at, place.size(), value);
    }
  }
  return text;
}

std::string does(const json::Value& description) {
  std::string methods;
  for (const json::Value& operation : description.find("operations")->items) {
    methods += (methods.empty() ? "" : ", ") + std::string(operation.string_of("method"));
  }
  return methods + (methods.empty() ? "" : " ") + std::string(description.string_of("route"));
}

bool is_true(const json::Value& description, std::string_view name) {
  const json::Value* member = description.find(name);
  return member && member->truth;
}

std::string workers_of(const std::string& name, std::int64_t count) {
  std::string others;
  for (std::int64_t i = 2; i <= count; ++i) {
    others += (others.empty() ? "" : " ") + ("gatehouse-" + name + "@" + std::to_string(i) + ".service");
  }
  return others;
}

struct Task {
  const char* unit;
  const char* name;  // of its account and system user, after gh_
  const char* does;
  const char* command;
};
constexpr Task kTasks[] = {
    {"sweep", "sweep", "delete what has run out", "sweep --seal no"},
    {"audit-seal", "audit_seal", "seal the audit trail", "audit seal"},
};

}  // namespace

int units(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--out", "--executables", "--home", "--sockets", "--workers"});
  const std::string out = given.required("--out");
  const std::string executables = given.option("--executables", config::executable_home() + "/bin");
  const auto workers = parse_integer(given.option("--workers", "4"));
  if (!workers || *workers < 1 || *workers > 256) throw CommandError("--workers must be from 1 to 256");
  Words words{{"home", given.option("--home", "/usr/lib/gatehouse")},
              {"sockets", given.option("--sockets", "/run/gatehouse")}};

  std::map<std::string, std::string> files;
  std::string users =
      "# Each executable's own user has the name of its account in the database, which lets it in by that.\n"
      "g gatehouse -\ng gatehouse-mint -\n";
  std::string wants;
  const auto add_user = [&](const std::string& name) { users += "u gh_" + name + " -:gatehouse \"Gatehouse\"\n"; };

  for (const json::Value& description : read_descriptions(executables, Asked::everybody)) {
    const std::string name(description.string_of("name"));
    const bool is_hot = *workers > 1 && std::find(kHot.begin(), kHot.end(), name) != kHot.end();
    const std::string first = "gatehouse-" + name + "@1.service";
    words["name"] = name;
    words["does"] = does(description);
    words["groups"] =
        std::string("Group=gatehouse\n") +
        (is_true(description, "opens") || is_true(description, "mints") ? "SupplementaryGroups=gatehouse-mint\n" : "");
    words["bound"] = is_hot ? "BindsTo=" + first + "\nPartOf=" + first + "\n" : "";
    words["idle"] = is_hot ? "Environment=IDLE_EXIT_SECONDS=0\n" : "";
    words["others"] = workers_of(name, *workers);
    files["systemd/gatehouse-" + name + ".socket"] = filled(kSocket, words);
    files["systemd/gatehouse-" + name + "@.service"] = filled(kService, words) + kSandbox;
    if (is_hot) files["systemd/" + first + ".d/workers.conf"] = filled(kFirstOfMany, words);
    wants += "Wants=gatehouse-" + name + ".socket\n";
    add_user(name);
  }
  for (const Task& task : kTasks) {
    words["name"] = task.name;
    words["does"] = task.does;
    words["command"] = task.command;
    const std::string unit = std::string("systemd/gatehouse-") + task.unit;
    files[unit + ".service"] = filled(kTask, words) + kSandbox;
    files[unit + ".timer"] = filled(kTimer, words);
    add_user(task.name);
  }
  words["wants"] = wants;
  files["systemd/gatehouse.target"] = filled(kTarget, words);
  files["systemd/gatehouse.service"] = filled(kCommon, words) + kSandbox;
  // For the files' group; the last word on it counts.
  files["systemd/gatehouse.service"] += "CapabilityBoundingSet=CAP_CHOWN\nSystemCallFilter=@chown\n";
  files["sysusers.d/gatehouse.conf"] = users;
  files["tmpfiles.d/gatehouse.conf"] = filled("d @sockets@ 0755 root gatehouse -\n", words);

  for (const auto& [name, text] : files) write_file(out + "/" + name, kMadeBy + text);
  std::printf("%zu files in %s\n", files.size(), out.c_str());
  return 0;
}

}  // namespace gatehouse::tool
