// SPDX-License-Identifier: Apache-2.0
#include "json/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace gatehouse::json {
namespace {

std::string rewritten(std::string_view text) {
  const Parsed parsed = parse(text);
  if (!parsed.value) return "refused: " + parsed.error;
  Writer writer;
  writer.value(*parsed.value);
  return writer.take();
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Json, IsReadAndWrittenAlike) {
  for (const char* text : {"null", "true", "false", "0", "-1", "1.50", "1e300", "18446744073709551616", "\"\"", "[]",
                           "{}", "{\"a\":[1,{\"b\":null}],\"\":\"\",\"c\":\"\xe2\x82\xac\"}", "[[],[[]],{}]"}) {
    EXPECT_EQ(rewritten(text), text);
  }
  EXPECT_EQ(rewritten(" { \"a\" : [ 1 , 2 ] }\r\n\t"), "{\"a\":[1,2]}");
  EXPECT_EQ(rewritten("\"\\u00e9\\ud83d\\udd11\\n\\/\""), "\"\xc3\xa9\xf0\x9f\x94\x91\\n/\"");
}

TEST(Json, IsRefusedWhenItIsNoDocument) {
  using namespace std::literals;
  const struct {
    std::string_view text;
    const char* what;
  } cases[] = {
      {"", "nothing"},
      {" ", "blanks"},
      {"{", "cut short"},
      {"\"a", "cut short"},
      {"{\"a\"}", "no value"},
      {"{a:1}", "a bare name"},
      {"{'a':1}", "single quotes"},
      {"[1,]", "a comma too many"},
      {"[1 2]", "a comma too few"},
      {"01", "a leading zero"},
      {"+1", "a plus"},
      {".5", "no digit before the point"},
      {"1.", "no digit behind it"},
      {"0x10", "hexadecimal"},
      {"NaN", "not a number"},
      {"Infinity", "nor this"},
      {"True", "capitals"},
      {"/**/1", "a comment"},
      {"{}x", "something after the end"},
      {"{}{}", "another document after the end"},
      {"\xef\xbb\xbf{}", "a byte order mark"},
      {"\"\n\"", "a raw line feed"},
      {"\"\\x41\"", "an escape that JSON has not"},
      {"\"\xff\"", "no UTF-8"},
      {"\"\xc0\x80\"", "an overlong NUL"},
      {"\"\xed\xa0\x80\"", "a raw surrogate"},
      {"{\"\xff\":1}", "no UTF-8 in a name"},
      {"\"\\ud800\"", "the first half of a pair"},
      {"\"\\udc00\"", "the second half of a pair"},
      {"{\"\\udc00\":1}", "the same in a name"},
      {"\"\\ud800\\u0041\"", "half a pair, then a letter"},
      {"{\"a\":\"\\u0000\"}", "NUL as an escape"},
      {"{\"a\\u0000\":1}", "NUL as an escape in a name"},
      {"1e400", "more than a double holds"},
      {"{\"a\":1,\"a\":2}", "a name twice"},
      {"{\"a\":1,\"b\":{\"a\":1,\"c\":0,\"a\":1}}", "a name twice, further in"},
      {"{\"a\":1,\"\\u0061\":2}", "a name twice, spelled differently"},
  };
  for (const auto& c : cases) {
    const Parsed parsed = parse(c.text);
    EXPECT_FALSE(parsed.value) << c.what;
    EXPECT_NE(parsed.error, "") << c.what;
  }
  EXPECT_FALSE(parse("{}\0"sv).value) << "NUL after the end";
  EXPECT_FALSE(parse("{}\0{\"admin\":true}"sv).value) << "NUL and more after the end";
  EXPECT_FALSE(parse("\"a\0b\""sv).value) << "NUL in text";
}

TEST(Json, MayHaveOneNameInTwoObjects) {
  EXPECT_TRUE(parse("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}],\"A\":0}").value);
}

TEST(Json, IsBoundInDepth) {
  EXPECT_TRUE(parse(repeated("[", 16) + repeated("]", 16)).value);
  EXPECT_FALSE(parse(repeated("[", 17) + repeated("]", 17)).value);
  EXPECT_FALSE(parse(repeated("{\"a\":", 16) + "{}" + repeated("}", 16)).value);
  EXPECT_TRUE(parse("[" + repeated("[],", 1000) + "[]]").value) << "wide is not deep";
}

TEST(Json, OfAMillionBracketsIsRefusedAndNothingElseHappens) {
  const std::string bomb = repeated("[", 1'000'000);
  EXPECT_EQ(parse(bomb).error, "too long");
  EXPECT_EQ(parse(bomb, {.bytes = bomb.size()}).error, "nested too deeply");
  EXPECT_FALSE(parse(bomb, {.bytes = bomb.size(), .depth = 100'000}).value) << "the parser itself recurses";
}

TEST(Json, IsBoundInSize) {
  const std::string text = "\"" + std::string(98, 'x') + "\"";
  EXPECT_TRUE(parse(text, {.bytes = 100}).value);
  EXPECT_FALSE(parse(text, {.bytes = 99}).value);
}

// 7,000 names in 64 KiB took 70 ms to compare with one another.
TEST(Json, IsBoundInNames) {
  const auto object = [](int names) {
    std::string text = "{\"n\":0";
    for (int i = 1; i < names; ++i) text += ",\"" + std::to_string(i) + "\":0";
    return text + "}";
  };
  EXPECT_TRUE(parse(object(256)).value);
  EXPECT_EQ(parse(object(257)).error, "too many names in one object");
}

TEST(JsonNumber, IsAnIntegerOnlyWhenItFits) {
  const struct {
    const char* text;
    std::optional<std::int64_t> integer;
  } cases[] = {
      {"0", 0},
      {"-0", 0},
      {"42", 42},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
      {"9223372036854775808", {}},
      {"1.0", {}},
      {"1e2", {}},
      {"\"1\"", {}},
      {"true", {}},
      {"null", {}},
  };
  for (const auto& c : cases) {
    const Parsed parsed = parse(c.text);
    ASSERT_TRUE(parsed.value) << c.text;
    EXPECT_EQ(parsed.value->integer(), c.integer) << c.text;
  }
}

TEST(JsonObject, IsLookedUpByName) {
  const Parsed parsed = parse("{\"a\":\"x\",\"b\":1,\"c\":\"\"}");
  ASSERT_TRUE(parsed.value);
  EXPECT_EQ(parsed.value->string_of("a"), "x");
  EXPECT_EQ(parsed.value->string_of("b"), "");
  EXPECT_EQ(parsed.value->string_of("d"), "");
  ASSERT_NE(parsed.value->find("b"), nullptr);
  EXPECT_TRUE(parsed.value->find("b")->is(Kind::number));
  EXPECT_EQ(parsed.value->find("A"), nullptr);
  EXPECT_EQ(Value{}.find("a"), nullptr);
}

TEST(JsonWriter, EscapesWhatMustBe) {
  Writer writer;
  writer.begin_object().key("a\"\\").string(std::string_view("\0\x1f\"\\/\n\xe2\x82\xac", 9));
  writer.key("").begin_array().integer(std::numeric_limits<std::int64_t>::min()).boolean(false).null().string({});
  writer.end_array().end_object();
  EXPECT_EQ(writer.take(),
            "{\"a\\\"\\\\\":\"\\u0000\\u001F\\\"\\\\/\\n\xe2\x82\xac\",\"\":[-9223372036854775808,false,null,\"\"]}");
}

}  // namespace
}  // namespace gatehouse::json
