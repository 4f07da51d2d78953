// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "auth/master/master.h"
#include "auth/sessions/refresh.h"
#include "base/failure.h"
#include "support/commands.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

struct Killed {};

class MasterRotation : public World {
 protected:
  MasterRotation() : file(folder.path() + "/master.key") {
    std::filesystem::copy_file(installation().master_key_file, file);
    ::chmod(file.c_str(), 0600);
    set("MASTER_KEY_FILE", file);
    add_user();
  }

  void rotate(master::Until until = master::Until::dropped, int most_steps = 100) {
    said.clear();
    // The minute that the last step waits has gone by.
    age();
    CountedRandomness random{++seed_};
    Config config = basic_config();
    config["MASTER_KEY_FILE"] = file;
    Process process(load_settings(config), "gatehouse", keys::Power::verifies, clock, random, [](std::string_view) {});
    master::rotate({.process = process, .now = clock.now()}, until, [&](const std::string& what) {
      said += what.substr(0, what.find(' ')) + "\n";
      age();
      if (--most_steps == 0) throw Killed{};
    });
  }
  void age() const {
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - minutes(2));
  }

  std::string text() const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string id() const { return keys::read_master_keys(file).at(0).id; }
  // Every sealed value there is, by the id of the master key that it names.
  std::set<std::string> ids() {
    std::set<std::string> found;
    for (const master::SealedColumn& column : master::sealed_columns()) {
      for (const auto& row : admin.query("SELECT HEX(SUBSTRING(" + std::string(column.column) + ", 2, 6)) FROM " +
                                         column.table + " WHERE " + column.column + " IS NOT NULL")) {
        found.insert(from_hex(row[0] == "" ? "" : to_lower_hex(row[0])).value_or("?"));
      }
    }
    return found;
  }
  static std::string to_lower_hex(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    return text;
  }

  Answer refresh(const Answer& pair) {
    Call call = json_object({{"refresh_token", pair.text("refresh_token")}});
    return post("auth_refresh", std::move(call).with("Idempotency-Key", "one-and-the-same-request"));
  }

  TemporaryFolder folder;
  std::string file;
  std::string said;

 private:
  std::uint64_t seed_ = 20;
};

TEST_F(MasterRotation, EveryValueIsSealedAnewAndTheOldKeyOpensNothing) {
  const Answer login = log_in();
  const Answer next = refresh(login);
  ASSERT_EQ(next.status, 200);
  const std::string old_text = text();
  const std::string old_id = id();
  EXPECT_EQ(ids(), std::set<std::string>{old_id});
  changes();
  rotate();
  EXPECT_EQ(changes(), "gh_audit +2, gh_sessions ~1, gh_signing_key_secrets ~1");
  EXPECT_NE(id(), old_id);
  EXPECT_EQ(ids(), std::set<std::string>{id()});
  EXPECT_EQ(keys::read_master_keys(file).size(), 1U);
  // Those that have been running all the while.
  EXPECT_EQ(refresh(login).text("refresh_token"), next.text("refresh_token")) << "an honest retry, sealed before";
  EXPECT_EQ(log_in().status, 200);

  std::ofstream(file) << old_text;
  keys::MasterKeys old(file);
  for (const auto& row : admin.query("SELECT kid, HEX(sealed) FROM gh_signing_key_secrets")) {
    EXPECT_FALSE(old.unseal(keys::seal_context(row[0]), from_hex(to_lower_hex(row[1])).value()));
  }
}

TEST_F(MasterRotation, IsOnRecord) {
  rotate();
  const std::string record = audit();
  EXPECT_EQ(record.find("master_key_rotated address= \""), 0U) << record;
  EXPECT_NE(record.find(" gives way to " + to_base64url(id()) + "\"\n"), std::string::npos) << record;
  EXPECT_NE(record.find(" opens nothing any more\"\n"), std::string::npos) << record;
}

TEST_F(MasterRotation, KilledAfterAnyStepItIsFinishedByTheNextAndWhoRunsIsServedThroughout) {
  for (int steps = 1; steps <= 4; ++steps) {
    SCOPED_TRACE(steps);
    const Answer login = log_in();
    const Answer next = refresh(login);
    const std::string before = id();
    bool is_done = false;
    try {
      rotate(master::Until::dropped, steps);
      is_done = true;
    } catch (const Killed&) {
    }
    EXPECT_EQ(refresh(login).text("refresh_token"), next.text("refresh_token"));
    EXPECT_EQ(log_in().status, 200);
    EXPECT_EQ(another_head({{"MASTER_KEY_FILE", file}})
                  .send("auth_token", form({{"username", "ann"}, {"password", kPassword}}).by("POST"))
                  .status,
              200)
        << "one that starts now";
    if (!is_done && steps < 4) rotate();
    EXPECT_NE(id(), before);
    EXPECT_EQ(ids(), std::set<std::string>{id()});
    EXPECT_EQ(refresh(login).text("refresh_token"), next.text("refresh_token"));
    EXPECT_EQ(log_in().status, 200);
  }
}

TEST_F(MasterRotation, StopsWhereItIsToldSoThatOthersGetTheFileInTime) {
  rotate(master::Until::added);
  EXPECT_EQ(said, "added\n");
  EXPECT_NE(text().find("\nnext "), std::string::npos);
  changes();
  rotate(master::Until::added);
  EXPECT_EQ(said, "") << "that is where it stands";
  EXPECT_EQ(changes(), "nothing");
  rotate(master::Until::resealed);
  EXPECT_NE(text().find("\nold "), std::string::npos);
  const std::string promoted = id();
  rotate();
  EXPECT_EQ(id(), promoted);
  EXPECT_EQ(text().find("old"), std::string::npos);
}

TEST_F(MasterRotation, AHeadThatHasReadNothingYetOpensWhatIsSealedUnderTheNewKey) {
  const Answer login = log_in();
  ASSERT_EQ(post("auth_refresh", json_object({{"refresh_token", log_in().text("refresh_token")}})).status, 200)
      << "so that it has read the file before";
  rotate(master::Until::used);
  WebHead other = another_head({{"MASTER_KEY_FILE", file}});
  other.send("auth_refresh", json_object({{"refresh_token", "x"}}).by("POST"));
  Call call = json_object({{"refresh_token", login.text("refresh_token")}}).by("POST");
  const Answer next = other.send("auth_refresh", std::move(call).with("Idempotency-Key", "one-and-the-same-request"));
  ASSERT_EQ(next.status, 200);
  EXPECT_EQ(ids().count(id()), 1U);
  EXPECT_EQ(refresh(login).text("refresh_token"), next.text("refresh_token"));
}

TEST_F(MasterRotation, SeveralMachinesWithACopyEachServeAtEveryStep) {
  const std::string copy = folder.path() + "/copy.key";
  std::filesystem::copy_file(file, copy);
  WebHead other = another_head({{"MASTER_KEY_FILE", copy}});
  const auto hand_over = [&] {
    std::filesystem::copy_file(file, copy + ".new");
    std::filesystem::rename(copy + ".new", copy);
    clock.advance(minutes(1));
  };
  // What one has sealed, the other opens.
  const auto both_serve = [&](const char* when) {
    SCOPED_TRACE(when);
    for (const bool is_first_here : {true, false}) {
      const Answer login = (is_first_here ? head() : other)
                               .send("auth_token", form({{"username", "ann"}, {"password", kPassword}}).by("POST"));
      ASSERT_EQ(login.status, 200);
      std::string successor;
      for (WebHead* where : {is_first_here ? &head() : &other, is_first_here ? &other : &head()}) {
        Call call = json_object({{"refresh_token", login.text("refresh_token")}}).by("POST");
        const Answer answer =
            where->send("auth_refresh", std::move(call).with("Idempotency-Key", "one-and-the-same-request"));
        ASSERT_EQ(answer.status, 200);
        EXPECT_TRUE(successor.empty() || answer.text("refresh_token") == successor);
        successor = answer.text("refresh_token");
      }
    }
  };
  both_serve("before");
  rotate(master::Until::added);
  both_serve("added here");
  hand_over();
  both_serve("added there");
  rotate(master::Until::resealed);
  both_serve("used here");
  hand_over();
  both_serve("used there");
  rotate();
  both_serve("dropped here");
  hand_over();
  both_serve("dropped there");
  EXPECT_EQ(ids(), std::set<std::string>{id()});
}

TEST_F(MasterRotation, TheFileOfAnotherDatabaseIsRefusedAndNothingChanged) {
  const std::string right = text();
  std::ofstream(file) << to_base64url(std::string(32, 'x'));
  changes();
  try {
    rotate();
    ADD_FAILURE() << "it went on";
  } catch (const Misconfigured& why) {
    EXPECT_NE(std::string(why.what()).find("does not open the signing key"), std::string::npos) << why.what();
  }
  EXPECT_EQ(text(), to_base64url(std::string(32, 'x')));
  EXPECT_EQ(changes(), "nothing");
  std::ofstream(file) << right;
  rotate();
}

TEST_F(MasterRotation, WhatNoKeyOpensIsLeftAndTold) {
  sql("UPDATE gh_signing_keys SET retires_at = 1");
  sql("UPDATE gh_signing_key_secrets SET sealed = REPEAT('x', 100)");
  rotate_key();
  rotate();
  EXPECT_NE(said.find("opened\n"), std::string::npos) << said;
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_signing_key_secrets WHERE sealed = REPEAT('x', 100)"), "1");
}

TEST_F(MasterRotation, ManyPagesAreAllSealedAnew) {
  const std::string kid = value("SELECT kid FROM gh_signing_keys");
  keys::MasterKeys keys(file);
  CountedRandomness random{5};
  for (int i = 0; i < 450; ++i) {
    const SessionId session = SessionId::draw(random);
    const TokenId spent = TokenId::draw(random);
    const std::string box = keys.seal(sessions::successor_context(session, spent), "pair " + std::to_string(i), random);
    admin.run(
        "INSERT INTO gh_sessions (id, user_id, refresh_jti, previous_jti, successor, scopes, authenticated_at,"
        " created_at, last_used_at, expires_at, ends_at, address, user_agent) VALUES (X'" +
        to_hex(session.raw()) + "', 1, '', X'" + to_hex(spent.raw()) + "', X'" + to_hex(box) +
        "', '', 0, 0, 0, 0, 0, '', '')");
  }
  rotate();
  EXPECT_EQ(ids(), std::set<std::string>{id()});
  keys.look_again();
  for (const auto& row : admin.query("SELECT HEX(id), HEX(previous_jti), HEX(successor) FROM gh_sessions")) {
    const auto bytes = [&](int column) {
      return from_hex(to_lower_hex(row[static_cast<std::size_t>(column)])).value();
    };
    const auto plain = keys.unseal(
        sessions::successor_context(*SessionId::from_bytes(bytes(0)), *TokenId::from_bytes(bytes(1))), bytes(2));
    ASSERT_TRUE(plain.has_value());
    EXPECT_EQ(plain->reveal().substr(0, 5), "pair ");
  }
}

TEST_F(MasterRotation, TheCommandListsTheKeysByTheirIdsAndNeverTheKeys) {
  rotate(master::Until::added);
  Config config = basic_config();
  config["MASTER_KEY_FILE"] = file;
  const auto keys = keys::read_master_keys(file);
  EXPECT_EQ(run_command({"master", "list"}, config).out,
            to_base64url(keys[0].id) + "  seals\n" + to_base64url(keys[1].id) + "  only opens\n");
  EXPECT_EQ(run_command({"master", "rotate", "--until", "never"}, config).err,
            "gatehouse master rotate: --until must be added, used, resealed or dropped\n");
}

// What is sealed and not in the list would be lost with the old key.
TEST(SqlSealedColumns, AreAllInTheListOfWhatIsSealedAnew) {
  std::set<std::string> listed;
  for (const master::SealedColumn& column : master::sealed_columns()) {
    listed.insert(std::string(column.table) + "." + column.column);
  }
  std::set<std::string> found;
  std::ifstream in(GATEHOUSE_SOURCE "/sql/schema.sql");
  std::string table;
  for (std::string line; std::getline(in, line);) {
    constexpr std::string_view kTable = "CREATE TABLE ";
    if (line.starts_with(kTable)) table = line.substr(kTable.size(), line.find(" (") - kTable.size());
    if (!line.starts_with("  ")) continue;
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    const bool holds_bytes = line.find(" VARBINARY(") != std::string::npos || line.find("BLOB") != std::string::npos;
    const bool is_sealed = name.find("sealed") != std::string::npos || name == "successor";
    if (holds_bytes && is_sealed) found.insert(table + "." + name);
  }
  EXPECT_EQ(found, listed);
}

}  // namespace
}  // namespace gatehouse::test
