// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace gatehouse::transport {

// Whether mod_fcgid made this listening socket: it starts executables itself, like CGI, where all others are given a
// socket that somebody holds.
bool is_of_mod_fcgid(int listening_socket);

// Throws Misconfigured when the web server that started this process runs as the same user: then whatever else the
// server runs for anybody reads our secrets. Under suexec, and whatever does the same, the users differ.
void require_own_uid();

}  // namespace gatehouse::transport
