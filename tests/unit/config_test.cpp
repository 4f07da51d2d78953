// SPDX-License-Identifier: Apache-2.0
#include "base/config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/failure.h"

namespace gatehouse::config {
namespace {

class Config : public testing::Test {
 protected:
  Config() {
    std::string pattern = std::filesystem::temp_directory_path() / "gatehouse_config_XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~Config() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return path;
  }

  // Of a file with this text, under this environment.
  Loaded load_text(const std::string& text, std::map<std::string, std::string> environment = {}, mode_t mode = 0600) {
    const auto lookup = [environment = std::move(environment)](const std::string& name) {
      const auto found = environment.find(name);
      return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
    };
    return load({.file = write("gatehouse.conf", text, mode), .environment = lookup, .home = folder_});
  }

  std::string why_refused(const std::string& text, std::map<std::string, std::string> environment = {},
                          mode_t mode = 0600) {
    try {
      load_text(text, std::move(environment), mode);
    } catch (const Misconfigured& refusal) {
      std::string what = refusal.what();
      for (std::size_t at; (at = what.find(folder_ + "/")) != std::string::npos;) what.erase(at, folder_.size() + 1);
      return what;
    }
    return "";
  }

  std::string folder_;
};

TEST_F(Config, LogToIsAWordOrAFile) {
  EXPECT_EQ(load_text("").settings.log_to, LogTo::standard_error);
  EXPECT_EQ(load_text("LOG_TO = syslog").settings.log_to, LogTo::syslog);
  EXPECT_EQ(load_text("LOG_TO = file:log/gatehouse.log").settings.log_file, folder_ + "/log/gatehouse.log");
  EXPECT_EQ(load_text("LOG_TO = file:/var/log/gatehouse.log").settings.log_file, "/var/log/gatehouse.log");
  for (const char* nonsense : {"", "stdout", "file:", "file:/var/log/", "/var/log/gatehouse.log", "FILE:x"}) {
    EXPECT_EQ(why_refused("LOG_TO = " + std::string(nonsense)),
              "gatehouse.conf:1: LOG_TO: must be stderr, syslog or file:PATH")
        << nonsense;
  }
}

TEST_F(Config, NeedsNoFile) {
  const Settings settings = load({.file = "", .environment = no_environment, .home = "/srv/gatehouse"}).settings;
  EXPECT_EQ(settings.algorithm, "ES256");
  EXPECT_EQ(settings.access_token_life, minutes(30));
  EXPECT_EQ(settings.argon2_memory_kib, 19456);
  EXPECT_EQ(settings.issuer, "http://127.0.0.1:8080");
  EXPECT_EQ(settings.audience, settings.issuer);
  EXPECT_EQ(settings.environment, Environment::production);
  EXPECT_EQ(settings.registration, Registration::closed);
  EXPECT_TRUE(settings.secret_key.empty());
  EXPECT_GE(settings.hash_slots, 1);
  EXPECT_EQ(settings.run_directory, "/srv/gatehouse/run");
}

TEST_F(Config, ReadsKeysValuesAndComments) {
  const Loaded loaded = load_text(
      "# a comment\n\n  APP_NAME =  Our Gate = good \r\nISSUER=https://id.example\n"
      "RUN_DIRECTORY = /run/gatehouse\nCREDENTIALS = keys\nREGISTRATION = invite\nDEBUG = Yes");
  EXPECT_EQ(loaded.settings.app_name, "Our Gate = good");
  EXPECT_EQ(loaded.settings.issuer, "https://id.example");
  EXPECT_EQ(loaded.settings.audience, "https://id.example");
  EXPECT_EQ(loaded.settings.run_directory, "/run/gatehouse");
  EXPECT_EQ(loaded.settings.credentials, folder_ + "/keys");
  EXPECT_EQ(loaded.settings.registration, Registration::invite);
  EXPECT_TRUE(loaded.settings.debug);
  EXPECT_TRUE(loaded.warnings.empty());
}

TEST_F(Config, LetsTheEnvironmentOverrideTheFileAndASecretFileOverrideBoth) {
  const std::string key(32, 'f');
  const std::string from_file = "APP_NAME = file\nSECRET_KEY = " + key + "\n";
  EXPECT_EQ(load_text(from_file).settings.secret_key.reveal(), key);
  EXPECT_EQ(load_text(from_file, {{"APP_NAME", "environment"}}).settings.app_name, "environment");
  EXPECT_EQ(load_text(from_file, {{"SECRET_KEY", std::string(32, 'e')}}).settings.secret_key.reveal(),
            std::string(32, 'e'));

  write("secret", std::string(32, 's') + "\n");
  const std::map<std::string, std::string> both = {{"SECRET_KEY", std::string(32, 'e')},
                                                   {"SECRET_KEY_FILE", folder_ + "/secret"}};
  EXPECT_EQ(load_text(from_file, both).settings.secret_key.reveal(), std::string(32, 's'));
  EXPECT_EQ(load_text(from_file + "SECRET_KEY_FILE = secret\n").settings.secret_key.reveal(), std::string(32, 's'));
}

TEST_F(Config, NamesFileAndLineOfABadValue) {
  const struct {
    const char* text;
    const char* why;
  } cases[] = {
      {"\nMAX_LOGIN_ATTEMPTS = 0", "gatehouse.conf:2: MAX_LOGIN_ATTEMPTS: must be a whole number from 1 to 1000"},
      {"ARGON2_PASSES = two", "gatehouse.conf:1: ARGON2_PASSES: must be a whole number from 1 to 100"},
      {"ARGON2_PASSES = 2.0", "gatehouse.conf:1: ARGON2_PASSES: must be a whole number from 1 to 100"},
      {"ARGON2_PASSES =", "gatehouse.conf:1: ARGON2_PASSES: must be a whole number from 1 to 100"},
      {"DEBUG = perhaps", "gatehouse.conf:1: DEBUG: must be on or off"},
      {"ALGORITHM = none", "gatehouse.conf:1: ALGORITHM: must be one of ES256, RS256, EdDSA, HS256"},
      {"REGISTRATION = Open", "gatehouse.conf:1: REGISTRATION: must be one of closed, invite, verified, open"},
      {"MAIL_FROM = Ann <ann@a.example>",
       "gatehouse.conf:1: MAIL_FROM: must be an address alone, such as auth@example.com"},
      {"MAIL_FROM = -ann@a.example", "gatehouse.conf:1: MAIL_FROM: must be an address alone, such as auth@example.com"},
      {"MAIL_URL = smtp://ann:secret@a.example",
       "gatehouse.conf:1: MAIL_URL: must be smtp://user@host:587, smtps://user@host:465, sendmail:/path or file:folder,"
       " without a password"},
      {"MAIL_LANGUAGE = xx", "gatehouse.conf:1: MAIL_LANGUAGE: must be en, de or fr"},
      {"PAGE_RESET_URL = https://b.example/reset",
       "gatehouse.conf:1: PAGE_RESET_URL: must be a page of PUBLIC_URL, such as http://127.0.0.1:8080/reset, and have "
       "no"
       " fragment"},
      {"PUBLIC_URL = https://a.example\nPAGE_VERIFY_URL = https://a.example.evil/x",
       "gatehouse.conf:2: PAGE_VERIFY_URL: must be a page of PUBLIC_URL, such as https://a.example/reset, and have no"
       " fragment"},
      {"PAGE_VERIFY_URL = http://127.0.0.1:8080/x#y",
       "gatehouse.conf:1: PAGE_VERIFY_URL: must be a page of PUBLIC_URL, such as http://127.0.0.1:8080/reset, and have "
       "no"
       " fragment"},
      {"PUBLIC_URL = https://a.example/",
       "gatehouse.conf:1: PUBLIC_URL: must be scheme://host[:port] in lower case, without a path"},
      {"PUBLIC_URL = a.example",
       "gatehouse.conf:1: PUBLIC_URL: must be scheme://host[:port] in lower case, without a path"},
      {"ALLOWED_ORIGINS = *",
       "gatehouse.conf:1: ALLOWED_ORIGINS: '*' is not an origin such as https://app.example.com"},
      {"SECRET_KEY = short", "gatehouse.conf:1: SECRET_KEY: must have at least 32 bytes"},
      {"# fine\nnonsense", "gatehouse.conf:2: a line must be KEY = value"},
      {"DEBUG = on\nISSUER = a\nDEBUG = off", "gatehouse.conf:3: DEBUG: set twice"},
      {"ALGORITHM = HS256", "ALGORITHM is HS256, but SECRET_KEY is not set"},
      {"SESSION_MAX_DAYS = 6", "SESSION_MAX_DAYS is less than REFRESH_TOKEN_EXPIRE_DAYS"},
  };
  for (const auto& c : cases) EXPECT_EQ(why_refused(c.text), c.why) << c.text;
  EXPECT_EQ(why_refused("", {{"HASH_SLOTS", "-1"}}), "environment: HASH_SLOTS: must be a whole number from 0 to 1024");
}

TEST_F(Config, WarnsOfUnknownKeysAndSaysWhichWasMeant) {
  const Loaded loaded = load_text("ISUER = https://id.example\nFAVOURITE_COLOUR = green\nISSUER_FILE = x\n");
  ASSERT_EQ(loaded.warnings.size(), 3U);
  EXPECT_EQ(loaded.warnings[0], folder_ + "/gatehouse.conf:1: ISUER: unknown key; did you mean ISSUER?");
  EXPECT_EQ(loaded.warnings[1], folder_ + "/gatehouse.conf:2: FAVOURITE_COLOUR: unknown key");
  EXPECT_EQ(loaded.warnings[2].find(folder_ + "/gatehouse.conf:3: ISSUER_FILE: unknown key"), 0U);
  EXPECT_EQ(loaded.settings.issuer, "http://127.0.0.1:8080");
}

TEST_F(Config, NeverShowsTheValueOfABadSecret) {
  EXPECT_EQ(why_refused("SECRET_KEY = tooshort").find("tooshort"), std::string::npos);
}

TEST_F(Config, RefusesSecretsThatOthersCanRead) {
  const std::string secret = "SECRET_KEY = " + std::string(32, 'k');
  const std::string why = "gatehouse.conf: holds a secret and can be read by others; chmod o-rwx it";
  EXPECT_EQ(why_refused(secret, {}, 0644), why);
  EXPECT_EQ(why_refused(secret, {}, 0602), why);
  EXPECT_EQ(why_refused(secret, {}, 0640), "") << "a group of its own may";
  EXPECT_EQ(why_refused("SECRET_KEY =", {}, 0644), "") << "nothing is no secret";
  EXPECT_EQ(why_refused("APP_NAME = x", {}, 0644), "");
  write("secret", std::string(32, 'k'), 0644);
  EXPECT_EQ(why_refused("SECRET_KEY_FILE = secret"),
            "secret: holds a secret and can be read by others; chmod o-rwx it");
  EXPECT_THROW(read_secret_file(folder_ + "/secret"), Misconfigured);
  EXPECT_THROW(read_lines(folder_ + "/secret"), Misconfigured);
}

TEST_F(Config, StopsAtAFileThatCanNotBeRead) {
  EXPECT_EQ(why_refused("SECRET_KEY_FILE = missing"), "missing: can't be read");
  EXPECT_THROW(load({.file = folder_ + "/missing", .environment = no_environment, .home = folder_}), Misconfigured);
  chmod(folder_.c_str(), 0700);
  EXPECT_THROW(read_secret_file(folder_), Misconfigured) << "a folder is no empty secret";
}

TEST_F(Config, ReadsOriginsWithCommasOrAsAJsonList) {
  const std::vector<std::string> two = {"https://a.example", "http://[::1]:3000"};
  for (const char* text : {"https://a.example,http://[::1]:3000", " https://a.example , http://[::1]:3000",
                           "[\"https://a.example\", \"http://[::1]:3000\"]"}) {
    EXPECT_EQ(load_text("ALLOWED_ORIGINS = " + std::string(text)).settings.allowed_origins, two) << text;
  }
  for (const char* text : {"", "[]"}) {
    EXPECT_TRUE(load_text("ALLOWED_ORIGINS = " + std::string(text)).settings.allowed_origins.empty()) << text;
  }
}

TEST_F(Config, AllowsLocalOriginsInDevelopmentOnly) {
  EXPECT_TRUE(load_text("").settings.allowed_origins.empty());
  EXPECT_EQ(load_text("ENVIRONMENT = development").settings.allowed_origins.size(), 2U);
}

TEST_F(Config, ReadsRatesAndSaysHowOneIsWritten) {
  const Settings none = load_text("").settings;
  EXPECT_EQ(to_text(none.rate_of(Limit::general)), "100/minute");
  EXPECT_EQ(to_text(none.rate_of(Limit::login)), "5/minute");
  EXPECT_EQ(to_text(none.rate_of(Limit::registration)), "3/hour");
  EXPECT_EQ(to_text(none.rate_of(Limit::refresh)), "30/minute");
  EXPECT_EQ(none.rate_store, RateStore::server);
  const Settings some = load_text("LOGIN_RATE_LIMIT = 20/hour\nRATE_LIMIT_STORE = mysql").settings;
  EXPECT_EQ(to_text(some.rate_of(Limit::login)), "20/hour");
  EXPECT_EQ(some.rate_store, RateStore::mysql);
  EXPECT_EQ(why_refused("LOGIN_RATE_LIMIT = 5 per minute"),
            "gatehouse.conf:1: LOGIN_RATE_LIMIT: must be 1 to 1000000 requests a second, minute, hour or day, such as "
            "5/minute");
}

TEST_F(Config, ReadsNetworks) {
  const Settings settings =
      load_text("RATE_LIMIT_EXEMPT = 192.0.2.0/24, 2001:db8::/32\nTRUSTED_PROXIES = [\"10.0.0.1\"]").settings;
  ASSERT_EQ(settings.rate_exempt.size(), 2U);
  EXPECT_TRUE(contains(settings.rate_exempt, Address::parse("192.0.2.7")));
  EXPECT_FALSE(contains(settings.rate_exempt, Address::parse("192.0.3.7")));
  ASSERT_EQ(settings.trusted_proxies.size(), 1U);
  EXPECT_EQ(settings.trusted_proxies[0].text(), "10.0.0.1/32");
  EXPECT_TRUE(load_text("").settings.trusted_proxies.empty());
  EXPECT_EQ(why_refused("TRUSTED_PROXIES = 10.0.0.1/8"),
            "gatehouse.conf:1: TRUSTED_PROXIES: '10.0.0.1/8' is not a network such as 192.0.2.0/24 or 2001:db8::/32");
}

TEST_F(Config, AllowsTheHostOfThePublicUrlUnlessOthersAreNamed) {
  using Hosts = std::vector<std::string>;
  EXPECT_EQ(load_text("PUBLIC_URL = https://auth.example.com:8443").settings.allowed_hosts, Hosts{"auth.example.com"});
  EXPECT_EQ(load_text("PUBLIC_URL = http://[::1]:8080").settings.allowed_hosts, Hosts{"[::1]"});
  EXPECT_EQ(load_text("ENVIRONMENT = development").settings.allowed_hosts,
            (Hosts{"127.0.0.1", "localhost", "127.0.0.1"}));
  EXPECT_EQ(load_text("ALLOWED_HOSTS = Example.com, *.example.com,[::1]").settings.allowed_hosts,
            (Hosts{"example.com", "*.example.com", "[::1]"}));
  for (const char* wrong : {"https://example.com", "a b@c", "*.*.example.com", "exa*mple.com", "*."}) {
    EXPECT_NE(why_refused("ALLOWED_HOSTS = " + std::string(wrong)), "") << wrong;
  }
}

TEST_F(Config, ReadsCredentialsLineByLine) {
  const auto lines = read_lines(write("auth_token", "# ours\naccount = gh_auth_token\npassword = a=b c\n", 0400));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].key, "account");
  EXPECT_EQ(lines[1].value, "a=b c");
  EXPECT_EQ(lines[1].number, 3);
}

TEST_F(Config, DescribesEveryKeyOnce) {
  std::map<std::string, int> seen;
  for (const Key& key : keys()) {
    EXPECT_EQ(++seen[key.name], 1) << key.name;
    EXPECT_STRNE(key.meaning, "") << key.name;
  }
  EXPECT_EQ(seen.size(), keys().size());
}

}  // namespace
}  // namespace gatehouse::config
