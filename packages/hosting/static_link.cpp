// SPDX-License-Identifier: Apache-2.0
// Of the C library, what would load shared libraries of the machine that it runs on, whose C library is another: the
// linker gives these to whoever calls the functions of those names (--wrap). The driver asks for the port called
// "mysql" each time it starts, so this is not for the odd case only.
#include <dlfcn.h>
#include <netdb.h>
#include <pwd.h>

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names.
extern "C" {

// Plugins of the driver's.
void* __wrap_dlopen(const char*, int) { return nullptr; }
const char* __wrap_dlerror() { return "a static build loads none"; }
passwd* __wrap_getpwuid(uid_t) { return nullptr; }
passwd* __wrap_getpwnam(const char*) { return nullptr; }
servent* __wrap_getservbyname(const char*, const char*) { return nullptr; }
hostent* __wrap_gethostbyname(const char*) { return nullptr; }

// Addresses only. (db/target.cpp refuses names beforehand, with more words.)
int __real_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**);
int __wrap_getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** answer) {
  addrinfo numeric{};
  if (hints) numeric = *hints;
  numeric.ai_flags = (numeric.ai_flags & ~AI_ADDRCONFIG) | AI_NUMERICHOST | AI_NUMERICSERV;
  return __real_getaddrinfo(node, service, &numeric, answer);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
