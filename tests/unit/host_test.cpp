// SPDX-License-Identifier: Apache-2.0
#include "base/host.h"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Host, IsANameOrAnAddressAndPerhapsAPort) {
  for (const char* host : {"example.com", "EXAMPLE.com", "a", "example.com.", "example.com:8080", "example.com:",
                           "127.0.0.1", "[::1]", "[2001:db8::1]:443", "my_host", "xn--bcher-kva.example", "a:65535"}) {
    EXPECT_TRUE(is_host(host)) << host;
  }
  for (const char* host :
       {"",     ".",        ":",      ":80",      "good@evil", "a b", "a/b",    "a:b",       "a:65536",
        "a:-1", "a:123456", "a,b",    "::1",      "[::1",      "[]",  "[::1]x", "[1.2.3.4]", "[fe80::1%25eth0]",
        "a..b", ".a",       "ex\x01", "\xc3\xa4", "a?b"}) {
    EXPECT_FALSE(is_host(host)) << host;
  }
  EXPECT_FALSE(is_host(std::string(254, 'a')));
  EXPECT_FALSE(is_host(std::string_view("a\0b", 3)));
}

TEST(Host, IsListedByItsNameWhateverItsCaseAndPort) {
  const std::vector<std::string> allowed{"example.com", "*.example.org", "app.example.net:8443", "[::1]"};
  for (const char* host : {"example.com", "Example.COM", "example.com:8080", "example.com.", "a.example.org",
                           "a.b.example.org:1", "app.example.net:8443", "[::1]", "[::1]:80"}) {
    EXPECT_TRUE(is_listed_host(allowed, host)) << host;
  }
  for (const char* host :
       {"", "evil.example", "example.com.evil.example", "evilexample.com", "a.example.com", "example.org",
        ".example.org", "evilexample.org", "app.example.net", "app.example.net:443", "[::2]", "::1"}) {
    EXPECT_FALSE(is_listed_host(allowed, host)) << host;
  }
  EXPECT_TRUE(is_listed_host({"*"}, "whatever.example"));
}

TEST(Host, IsReadFromAnOrigin) {
  EXPECT_EQ(host_of("https://auth.example.com"), "auth.example.com");
  EXPECT_EQ(host_of("http://127.0.0.1:8080"), "127.0.0.1");
  EXPECT_EQ(host_of("http://[::1]:8080"), "[::1]");
}

}  // namespace
}  // namespace gatehouse
