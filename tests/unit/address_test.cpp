// SPDX-License-Identifier: Apache-2.0
#include "base/address.h"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Address, HasOneFormPerClient) {
  const struct {
    const char* written;
    const char* text;
    std::size_t bytes;
  } cases[] = {
      {"192.0.2.1", "192.0.2.1", 4},
      {"::ffff:192.0.2.1", "192.0.2.1", 4},  // the same client on a dual-stack socket
      {"::FFFF:c000:0201", "192.0.2.1", 4},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1", 16},
      {"::1", "::1", 16},
      {"0.0.0.0", "0.0.0.0", 4},
  };
  for (const auto& c : cases) {
    const Address address = Address::parse(c.written);
    EXPECT_EQ(address.text(), c.text);
    EXPECT_EQ(address.raw().size(), c.bytes) << c.written;
  }
}

TEST(Address, IsEmptyForAnythingElse) {
  for (const char* text : {"", "localhost", "192.0.2", "192.0.2.256", "192.0.2.1:80", "[::1]", "fe80::1%eth0", " ::1",
                           "192.0.2.01", "unix:", "2001:db8::1::2"}) {
    EXPECT_EQ(Address::parse(text).raw(), "") << text;
    EXPECT_EQ(Address::parse(text).text(), "") << text;
    EXPECT_EQ(Address::parse(text).network(), "") << text;
  }
  EXPECT_EQ(Address::parse(std::string_view("192.0.2.1\0.evil", 15)).raw(), "");
}

TEST(Address, OfIpv6IsCountedByItsSlash64) {
  const auto network = [](const char* text) { return Address::parse(text).network(); };
  EXPECT_EQ(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_NE(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
  EXPECT_NE(network("192.0.2.1"), network("192.0.2.2"));
}

}  // namespace
}  // namespace gatehouse
