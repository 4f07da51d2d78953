// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <iterator>

#include "auth/audit/seal_key.h"
#include "auth/audit/seals.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr const char* kFile = GATEHOUSE_SOURCE "/tests/golden/audit.json";

// Every column, and every column that may be NULL so.
const audit::Row kFull{.id = 1,
                       .at = 1'772'360'000'250,
                       .event = "role_changed",
                       .user_id = 7,
                       .session_id = std::string(16, 's'),
                       .address = std::string("\x0a\x00\x00\x01", 4),
                       .user_agent =
                           "Gl\xc3\xbc"
                           "ck/1.0",
                       .request_id = "r1",
                       .actor_id = 8,
                       .key_id = std::string(16, 'k'),
                       .detail = "user -> admin"};
const audit::Row kBare{.id = 300, .at = 1'772'360'000'251, .event = "login_failure"};

class GoldenAudit : public World {
 protected:
  void insert_rows() {
    sql("INSERT INTO gh_audit VALUES (1, 1772360000250, 'role_changed', 7, REPEAT('s', 16), X'0a000001',"
        " CONVERT(X'476cc3bc636b2f312e30' USING utf8mb4), 'r1', 8, REPEAT('k', 16), 'user -> admin'),"
        " (300, 1772360000251, 'login_failure', NULL, NULL, '', '', '', NULL, NULL, NULL)");
  }

  // What an installation of this build seals, with the public key that verifies it.
  void write_file() {
    Config config = basic_config();
    config["AUDIT_KEY_FILE"] = installation().folder.path() + "/golden.key";
    CountedRandomness random{3};
    Process process(load_settings(config), "audit_seal", keys::Power::verifies, clock, random, [](std::string_view) {});
    const auto seal = audit::seal({.process = process, .now = clock.now()}, seconds(60)).seals.at(0);
    json::Writer w;
    w.begin_object();
    w.key("key_set").string(audit::public_key_set(*audit::read_seal_key(process.settings)));
    w.key("rows").begin_array().string(to_hex(audit::encode(kFull))).string(to_hex(audit::encode(kBare))).end_array();
    w.key("hour").integer(seal.hour).key("row_count").integer(seal.row_count);
    w.key("first_id").integer(seal.first_id).key("last_id").integer(seal.last_id);
    w.key("previous").string(to_hex(bytes_of(seal.previous))).key("digest").string(to_hex(bytes_of(seal.digest)));
    w.key("sealed_at").integer(seal.sealed_at).key("signature").string(to_hex(seal.signature));
    w.end_object();
    std::ofstream(kFile) << w.take() << '\n';
    std::filesystem::remove(config["AUDIT_KEY_FILE"]);
  }

  static json::Value read_file() {
    std::ifstream in(kFile);
    return std::move(*json::parse(std::string(std::istreambuf_iterator<char>(in), {})).value);
  }
};

TEST_F(GoldenAudit, RowsAndSealsOfAReleaseBeforeThisOneStillVerify) {
  insert_rows();
  if (regenerates()) write_file();
  sql("DELETE FROM gh_audit_seals");
  const json::Value file = read_file();
  EXPECT_EQ(to_hex(audit::encode(kFull)), file.find("rows")->items.at(0).text);
  EXPECT_EQ(to_hex(audit::encode(kBare)), file.find("rows")->items.at(1).text);

  const auto number = [&](const char* name) { return std::to_string(file.find(name)->integer().value()); };
  const auto bytes = [&](const char* name) { return "X'" + std::string(file.string_of(name)) + "'"; };
  sql("INSERT INTO gh_audit_seals (hour, row_count, first_id, last_id, previous, digest, signature, sealed_at) VALUES "
      "(" +
      number("hour") + ", " + number("row_count") + ", " + number("first_id") + ", " + number("last_id") + ", " +
      bytes("previous") + ", " + bytes("digest") + ", " + bytes("signature") + ", " + number("sealed_at") + ")");
  const auto key_set = json::parse(file.string_of("key_set"));
  std::vector<crypto::JwkMember> members;
  for (const json::Member& member : key_set.value->find("keys")->items.at(0).members) {
    members.push_back({member.name, member.value.text});
  }
  std::vector<crypto::VerifyingKey> keys;
  keys.push_back(std::move(*crypto::VerifyingKey::from_jwk(crypto::Algorithm::es256, members)));
  std::string wrong;
  const auto verdict = audit::verify(operators_occasion(), keys, std::nullopt,
                                     [&](audit::Hour, const std::string& what) { wrong += what + "\n"; });
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(verdict.rows, 2);
}

}  // namespace
}  // namespace gatehouse::test
