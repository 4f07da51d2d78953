// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/master_keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/encoding.h"
#include "base/failure.h"
#include "crypto/random.h"
#include "crypto/seal.h"

namespace gatehouse::keys {
namespace {

std::string line(char c) { return to_base64url(std::string(crypto::kMasterKeyBytes, c)); }

class MasterKeysFile : public testing::Test {
 protected:
  MasterKeysFile() {
    std::string pattern = std::filesystem::temp_directory_path() / "gatehouse_master_XXXXXX";
    folder_ = mkdtemp(pattern.data());
    file = folder_ + "/master.key";
  }
  ~MasterKeysFile() override { std::filesystem::remove_all(folder_); }

  // Renamed into its place, as the command does.
  void write(const std::string& text, mode_t mode = 0440) {
    std::ofstream(file + ".draft") << text;
    chmod((file + ".draft").c_str(), mode);
    std::filesystem::rename(file + ".draft", file);
  }
  std::string text() const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string why_refused(const std::string& content) {
    write(content);
    try {
      read_master_keys(file);
    } catch (const Misconfigured& refusal) {
      return std::string(refusal.what()).substr(file.size());
    }
    return "";
  }

  std::string file;
  crypto::SystemRandomness random;

 private:
  std::string folder_;
};

TEST_F(MasterKeysFile, OfOneLineIsAsItAlwaysWas) {
  write(line('a'));
  const auto keys = read_master_keys(file);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].use, MasterUse::seals);
  EXPECT_EQ(keys[0].key.reveal(), std::string(crypto::kMasterKeyBytes, 'a'));
}

TEST_F(MasterKeysFile, SealsByOneAndOpensByAll) {
  write(line('a') + "\n");
  MasterKeys before(file);
  const std::string box = before.seal("c", "seed", random);
  write("old " + line('a') + "\n" + line('b') + "\n");
  MasterKeys both(file);
  EXPECT_EQ(both.sealing_id(), crypto::master_key_id(Secret(std::string(crypto::kMasterKeyBytes, 'b'))));
  EXPECT_EQ(both.unseal("c", box)->reveal(), "seed");
  const std::string fresh = both.seal("c", "seed", random);
  write(line('b'));
  MasterKeys after(file);
  EXPECT_EQ(after.unseal("c", fresh)->reveal(), "seed");
  EXPECT_FALSE(after.unseal("c", box));
}

TEST_F(MasterKeysFile, ABoxFromBeforeKeysHadIdsOpensUnderEachOfThem) {
  // As builds before them sealed "seed" for "signing-key:1" under thirty-two k.
  const std::string box =
      from_hex("01000102030405060708090a0b0c0d0e0f1011121314151617a496a5e459b11b2a2bc89f645e2b024131212b1d").value();
  for (const std::string& content : {line('k'), line('a') + "\nold " + line('k'), line('k') + "\nnext " + line('a')}) {
    write(content);
    EXPECT_EQ(MasterKeys(file).unseal("signing-key:1", box)->reveal(), "seed") << content;
  }
}

TEST_F(MasterKeysFile, AChangeIsMetByWhatDoesNotOpenAndByWhoeverLooks) {
  write(line('a'));
  MasterKeys running(file);
  EXPECT_FALSE(running.look_again());
  write(line('a') + "\nnext " + line('b'));
  MasterKeys other(file);
  write(line('b') + "\nold " + line('a'));
  other.look_again();
  const std::string box = other.seal("c", "seed", random);
  EXPECT_EQ(running.unseal("c", box)->reveal(), "seed") << "without being told";
  EXPECT_EQ(running.sealing_id(), other.sealing_id());
  write(line('b'));
  EXPECT_TRUE(running.look_again());
  EXPECT_FALSE(running.look_again());
}

TEST_F(MasterKeysFile, ThatIsGoneOrBrokenChangesNothingForWhoRuns) {
  write(line('a'));
  MasterKeys running(file);
  const std::string box = running.seal("c", "seed", random);
  write("half a l");
  EXPECT_FALSE(running.look_again());
  EXPECT_EQ(running.unseal("c", box)->reveal(), "seed");
  std::filesystem::remove(file);
  EXPECT_FALSE(running.look_again());
  EXPECT_EQ(running.unseal("c", box)->reveal(), "seed");
  EXPECT_THROW(MasterKeys{file}, Misconfigured);
}

TEST_F(MasterKeysFile, SaysWhatIsWrongWithIt) {
  const std::string one = ": one of its keys seals, and any other is marked `next` or `old`";
  const std::string form = ": the master key must be 32 bytes in base64url";
  EXPECT_EQ(why_refused(line('a') + "\n" + line('b')), one);
  EXPECT_EQ(why_refused("old " + line('a')), one);
  EXPECT_EQ(why_refused("next " + line('a') + "\nold " + line('b')), one);
  EXPECT_EQ(why_refused(""), form);
  EXPECT_EQ(why_refused("new " + line('a')), form);
  EXPECT_EQ(why_refused(line('a') + "\nold x"), form);
}

TEST_F(MasterKeysFile, IsWrittenWholeWithTheModeThatItHad) {
  write(line('a'), 0440);
  auto keys = read_master_keys(file);
  keys.push_back(master_key(MasterUse::next, Secret(std::string(crypto::kMasterKeyBytes, 'b'))));
  write_master_keys(file, keys);
  EXPECT_EQ(text(), line('a') + "\nnext " + line('b') + "\n");
  struct stat info {};
  stat(file.c_str(), &info);
  EXPECT_EQ(info.st_mode & 0777, 0440U);
  EXPECT_FALSE(std::filesystem::exists(file + ".new"));
}

}  // namespace
}  // namespace gatehouse::keys
