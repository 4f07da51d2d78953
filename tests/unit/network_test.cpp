// SPDX-License-Identifier: Apache-2.0
#include "base/network.h"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Network, HoldsWhatBeginsAlike) {
  const struct {
    const char* network;
    const char* inside;
    const char* outside;
  } cases[] = {
      {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
      {"192.0.2.128/25", "192.0.2.129", "192.0.2.127"},
      {"192.0.2.1", "192.0.2.1", "192.0.2.0"},
      {"192.0.2.1/32", "::ffff:192.0.2.1", "::1"},
      {"0.0.0.0/0", "255.255.255.255", "2001:db8::1"},
      {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
      {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
      {"::/0", "2001:db8::1", "10.0.0.1"},
      {"::1", "::1", "::2"},
  };
  for (const auto& c : cases) {
    const auto network = Network::parse(c.network);
    ASSERT_TRUE(network) << c.network;
    EXPECT_TRUE(network->contains(Address::parse(c.inside))) << c.network;
    EXPECT_FALSE(network->contains(Address::parse(c.outside))) << c.network;
    EXPECT_FALSE(network->contains(Address())) << c.network;
    EXPECT_EQ(Network::parse(network->text())->text(), network->text());
  }
  EXPECT_EQ(Network::parse("10.0.0.1")->text(), "10.0.0.1/32");
}

TEST(Network, IsNothingElse) {
  for (const char* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.1/8", "10/8",
                           "10.0.0.0/8/8", "10.0.0.0 /8", "2001:db8::/129", "2001:db8::1/64", "localhost", "*",
                           "::ffff:10.0.0.0/104", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(Network::parse(text)) << text;
  }
}

}  // namespace
}  // namespace gatehouse
