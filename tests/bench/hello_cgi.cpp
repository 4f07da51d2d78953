// SPDX-License-Identifier: Apache-2.0
// The limit of an executable as plain CGI: a process that starts, says hello through <iostream>, and ends.
#include <iostream>

int main() { std::cout << "Content-Type: text/plain\r\n\r\nhello world\n"; }
