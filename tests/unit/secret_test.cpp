// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <gtest/gtest.h>

#include <sstream>
#include <type_traits>

namespace gatehouse {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

TEST(Secret, CanBeNeitherCopiedNorPrinted) {
  EXPECT_FALSE(std::is_copy_constructible_v<Secret>);
  EXPECT_FALSE(std::is_copy_assignable_v<Secret>);
  EXPECT_FALSE(Printable<Secret>);
  EXPECT_FALSE((std::is_convertible_v<Secret, std::string_view>));
}

TEST(Secret, KeepsEveryByte) {
  EXPECT_EQ(Secret(std::string_view("a\0b", 3)).reveal(), std::string_view("a\0b", 3));
  EXPECT_TRUE(Secret().empty());
  EXPECT_TRUE(Secret(std::string_view()).empty());
}

TEST(Secret, LeavesNothingWhereItMovedFrom) {
  Secret first("hunter2");
  Secret second(std::move(first));
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(second.reveal(), "hunter2");
  Secret third("old");
  third = std::move(second);
  EXPECT_TRUE(second.empty());
  EXPECT_EQ(third.reveal(), "hunter2");
}

TEST(EqualInConstantTime, ComparesTheWholeOfBoth) {
  const struct {
    std::string_view a;
    std::string_view b;
    bool equal;
  } cases[] = {
      {"", "", true},
      {"abc", "abc", true},
      {"abc", "abd", false},
      {"xbc", "abc", false},
      {"abc", "ab", false},
      {"", "a", false},
      {"a\x80", "a\x00", false},
      {std::string_view("a\0b", 3), std::string_view("a\0c", 3), false},
  };
  for (const auto& c : cases) EXPECT_EQ(equal_in_constant_time(c.a, c.b), c.equal) << c.a << " " << c.b;
}

}  // namespace
}  // namespace gatehouse
