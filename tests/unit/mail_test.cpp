// SPDX-License-Identifier: Apache-2.0
#include "base/mail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "auth/outbox/message.h"
#include "auth/outbox/shelf.h"
#include "base/text.h"

namespace gatehouse {
namespace {

using outbox::compose;
using outbox::Fillings;
using outbox::Message;
using outbox::Topic;

TEST(MailAddress, IsOneThatCanStandInACommandAHeaderAndAnArgument) {
  const std::string local(64, 'a');
  for (const std::string& good : {std::string("ann@example.com"), std::string("o'brien+x=y@a.b-c.example"),
                                  std::string("-ann@xn--bcher-kva.example"), local + "@example.com"}) {
    EXPECT_TRUE(is_mail_address(good)) << good;
  }
  for (const std::string& bad : {std::string(""),
                                 std::string("ann"),
                                 std::string("@example.com"),
                                 std::string("ann@"),
                                 std::string("ann@localhost"),
                                 local + "a@example.com",
                                 std::string("\"ann lee\"@example.com"),
                                 std::string("ann@[192.0.2.1]"),
                                 std::string("ann@192.0.2.1"),
                                 std::string("ann@b\xc3\xbc"
                                             "cher.example"),
                                 std::string("ann@example.com\r\nBcc: eve@example.com"),
                                 std::string("ann@example.com\n"),
                                 std::string("ann @example.com"),
                                 std::string("<ann@example.com>"),
                                 std::string("ann@a@example.com"),
                                 std::string("a..b@example.com"),
                                 std::string(".a@example.com"),
                                 std::string("ann@example.com."),
                                 std::string("ann@-a.example"),
                                 std::string("ann,eve@example.com"),
                                 std::string("ann@example.com\0", 16),
                                 "a@" + std::string(63, 'b') + "." + std::string(63, 'b') + "." + std::string(63, 'b') +
                                     "." + std::string(63, 'b') + ".example"}) {
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  }
}

TEST(MailUrl, NamesAServerAProgramOrAFolder) {
  using Kind = MailRoute::Kind;
  EXPECT_EQ(parse_mail_url("smtp://ann%40example.com@mail.example.com"),
            (MailRoute{.kind = Kind::smtp, .host = "mail.example.com", .port = 587, .user = "ann@example.com"}));
  EXPECT_EQ(parse_mail_url("smtp://127.0.0.1:2525/"),
            (MailRoute{.kind = Kind::smtp, .host = "127.0.0.1", .port = 2525}));
  EXPECT_EQ(parse_mail_url("smtps://[::1]"), (MailRoute{.kind = Kind::smtps, .host = "[::1]", .port = 465}));
  EXPECT_EQ(parse_mail_url("smtps://u@[::1]:1465"),
            (MailRoute{.kind = Kind::smtps, .host = "[::1]", .port = 1465, .user = "u"}));
  EXPECT_EQ(parse_mail_url("sendmail:/usr/sbin/sendmail"),
            (MailRoute{.kind = Kind::sendmail, .path = "/usr/sbin/sendmail"}));
  EXPECT_EQ(parse_mail_url("file:mail"), (MailRoute{.kind = Kind::file, .path = "mail"}));
  for (const char* bad : {"", "smtp:", "smtp://", "smtp://@host", "smtp://u:secret@host", "smtp://host:0",
                          "smtp://host:x", "smtp://ho st", "smtp://host/path", "http://host", "sendmail:sendmail",
                          "sendmail:", "file:", "smtp://u%0a@host", "mail.example"}) {
    EXPECT_FALSE(parse_mail_url(bad)) << bad;
  }
}

std::vector<std::string> lines_of(const std::string& mail) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < mail.size();) {
    const std::size_t end = mail.find("\r\n", at);
    EXPECT_NE(end, std::string::npos) << "a line without an end";
    lines.push_back(mail.substr(at, end - at));
    EXPECT_EQ(lines.back().find_first_of("\r\n"), std::string::npos) << lines.back();
    at = end + 2;
  }
  return lines;
}

Message plain_message() {
  MailId id;
  id.bytes.fill(0xab);
  return {.id = id,
          .written_at = from_millis(1'772'366'400'250),
          .from = "auth@example.com",
          .from_name = "Gatehouse",
          .to = "ann@example.org",
          .language = "en",
          .subject = "Choose another password",
          .text = "Hello\n\n.\nbye\n",
          .html = "<p>Grüße</p>\n"};
}

TEST(MailMessage, IsTheSameBytesEachTime) {
  EXPECT_EQ(compose(plain_message()),
            "Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n"
            "From: \"Gatehouse\"\r\n <auth@example.com>\r\n"
            "To: <ann@example.org>\r\n"
            "Subject: Choose another password\r\n"
            "Message-ID: <abababababababababababababababab@example.com>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "Content-Language: en\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative;\r\n"
            " boundary=\"=_abababababababababababababababab\"\r\n"
            "\r\n"
            "--=_abababababababababababababababab\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "Hello\r\n\r\n.\r\nbye\r\n"
            "--=_abababababababababababababababab\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "<p>Gr=C3=BC=C3=9Fe</p>\r\n"
            "--=_abababababababababababababababab--\r\n");
}

TEST(MailMessage, NothingThatStandsInAFieldBeginsAnother) {
  for (const std::string& hostile :
       {std::string("x\r\nBcc: eve@example.com"), std::string("x\nBcc: eve@example.com\n\nbody"),
        std::string("x\rBcc: y"), std::string("\r\n\r\n"), std::string("   "), std::string("a\0b\r\nBcc: c", 12),
        std::string("=?utf-8?Q?=0D=0ABcc:?="), "Bcc: " + std::string(2000, 'x'), std::string("\xff\xfe\r\nBcc: y"),
        std::string("Gr\xc3\xbc\xc3\x9f") + "e\r\nBcc: y", std::string("\"\r\n <eve@example.com>, \"")}) {
    Message message = plain_message();
    message.subject = hostile;
    message.from_name = hostile;
    message.language = hostile;
    const auto lines = lines_of(compose(message));
    const auto end = std::find(lines.begin(), lines.end(), "");
    std::string names;
    for (auto line = lines.begin(); line != end; ++line) {
      EXPECT_LE(line->size(), 998U);
      if (!line->starts_with(' ')) names += line->substr(0, line->find(':')) + " ";
    }
    EXPECT_EQ(names, "Date From To Subject Message-ID Auto-Submitted Content-Language MIME-Version Content-Type ")
        << hostile;
  }
}

TEST(MailMessage, ANameThatIsNotPlainIsEncodedAndNoLineOfItIsLong) {
  EXPECT_EQ(outbox::unstructured("Subject", "Bonjour à vous"), "=?utf-8?B?Qm9uam91ciDDoCB2b3Vz?=");
  EXPECT_EQ(outbox::unstructured("Subject", "a =?b"), "=?utf-8?B?YSA9P2I=?=");
  const std::string many = outbox::unstructured("Subject", std::string(40, 'a') + "\xc3\xa9" + std::string(100, 'b'));
  for (const std::string& line : lines_of("Subject: " + many + "\r\n")) EXPECT_LE(line.size(), 78U) << line;
  std::string words;
  for (int i = 0; i < 40; ++i) words += "word ";
  for (const std::string& line : lines_of("Subject: " + outbox::unstructured("Subject", words + "end") + "\r\n")) {
    EXPECT_LE(line.size(), 78U) << line;
  }
}

TEST(MailMessage, QuotedPrintableIsAsRfc2045HasIt) {
  EXPECT_EQ(outbox::quoted_printable("a=b"), "a=3Db");
  EXPECT_EQ(outbox::quoted_printable("blank \nend\t"), "blank=20\r\nend=09");
  EXPECT_EQ(outbox::quoted_printable(".\n.."), "=2E\r\n=2E.");
  EXPECT_EQ(outbox::quoted_printable("\r"), "=0D");
  const auto lines = lines_of(outbox::quoted_printable(std::string(500, 'x') + std::string(50, '\xfc')) + "\r\n");
  for (const std::string& line : lines) EXPECT_LE(line.size(), 76U);
}

// ---- templates ----

Fillings full(Topic topic) {
  Fillings fillings;
  for (const std::string_view word : outbox::vocabulary_of(topic).words) {
    fillings[std::string(word)] = "<" + std::string(word) + "&>";
  }
  return fillings;
}

Settings settings_with(const std::string& folder) {
  Settings settings;
  settings.mail_templates = folder;
  return settings;
}

TEST(MailTemplates, OfEveryTopicAreThereInEveryLanguageAndSayAllTheyAreGiven) {
  for (const std::string_view language : kLanguages) {
    for (const Topic topic : outbox::all_topics()) {
      const std::string name = std::string(language) + "/" + std::string(name_of(topic)) + ".txt";
      ASSERT_FALSE(outbox::shipped(name).empty()) << name;
      EXPECT_EQ(outbox::judge_template(topic, outbox::shipped(name)), "") << name;
      const auto rendered = outbox::render(settings_with(""), topic, language, full(topic),
                                           [&](const std::string& what) { ADD_FAILURE() << what; });
      for (const std::string& part : {rendered.subject, rendered.text, rendered.html}) {
        EXPECT_EQ(part.find('{'), std::string::npos) << name << part;
      }
      for (const auto& [word, value] : full(topic)) {
        const bool may_be_left_out = word == "url" || word == "app" || word == "time";
        EXPECT_TRUE(may_be_left_out || rendered.text.find(value) != std::string::npos) << name << " " << word;
        EXPECT_TRUE(may_be_left_out || rendered.html.find(escape_html(value)) != std::string::npos)
            << name << " " << word;
        EXPECT_EQ(rendered.html.find(value), std::string::npos) << name << " " << word << " is not escaped";
      }
      for (const std::string& line : split(rendered.text, '\n'))
        EXPECT_LE(count_code_points(line), 78U) << name << line;
    }
  }
}

TEST(MailTemplates, WhatHasNothingToSayIsLeftOut) {
  Fillings fillings = full(Topic::reset_password);
  fillings["link"] = "https://auth.example.com/reset#token=abc";
  fillings["token"] = "";
  fillings["user"] = "";
  const auto complain = [](const std::string& what) { ADD_FAILURE() << what; };
  auto rendered = outbox::render(settings_with(""), Topic::reset_password, "en", fillings, complain);
  EXPECT_NE(rendered.text.find("\nhttps://auth.example.com/reset#token=abc\n"), std::string::npos) << rendered.text;
  EXPECT_EQ(rendered.text.find("POST"), std::string::npos);
  EXPECT_EQ(rendered.text.find("Hello"), std::string::npos);
  EXPECT_NE(rendered.html.find("<a href=\"https://auth.example.com/reset#token=abc\">"), std::string::npos);
  fillings["token"] = "abc";
  fillings["link"] = "";
  rendered = outbox::render(settings_with(""), Topic::reset_password, "en", fillings, complain);
  EXPECT_NE(rendered.text.find("POST <endpoint&>\nabc\n"), std::string::npos) << rendered.text;
  EXPECT_NE(rendered.html.find("<code>abc</code>"), std::string::npos);
  EXPECT_EQ(rendered.html.find("href=\"\""), std::string::npos);
}

TEST(MailTemplates, AFillingIsOneLineAndIsNotFilledAgain) {
  Fillings fillings = full(Topic::new_sign_in);
  fillings["user_agent"] = "x\r\n\r\n{address} <script>";
  fillings["address"] = "10.0.0.1";
  const auto rendered =
      outbox::render(settings_with(""), Topic::new_sign_in, "de", fillings, [](const std::string&) {});
  EXPECT_NE(rendered.text.find("x    {address} <script>\n"), std::string::npos) << rendered.text;
  EXPECT_NE(rendered.html.find("x    {address} &lt;script&gt;"), std::string::npos) << rendered.html;
}

TEST(MailTemplates, ABrokenOneIsNamedAndWhy) {
  const std::string good =
      "Subject: s\nNot-you: n\n  more\nReason: r\n\nHello {user}\n{ color: red } {link}\n\n{token}\n";
  EXPECT_EQ(outbox::judge_template(Topic::reset_password, good), "");
  const auto parsed = outbox::parse_template(good);
  EXPECT_EQ(parsed.not_you, "n\nmore");
  EXPECT_EQ(parsed.paragraphs.size(), 2U);
  const auto why = [](std::string_view text) { return outbox::judge_template(Topic::reset_password, text); };
  EXPECT_EQ(why("Subject: s\nReason: r\n\n{link} {token}\n"), "has no Not-you");
  EXPECT_EQ(why("Subject: s\nNot-you: n\nReason: r\n\n{link}\n"), "does not name {link} and {token}");
  EXPECT_EQ(why("Subject: s\nNot-you: n\nReason: r\n\n{link} {token} {password}\n"),
            "names {password}, which is not known here");
  EXPECT_EQ(why("Subject: s\n more\nNot-you: n\nReason: r\n\n{link} {token}\n"), "has a Subject of several lines");
  EXPECT_EQ(why("Subject: s\nNot-you: n\nReason: r\n"), "says nothing");
  EXPECT_EQ(why("Subject: s\nSubject: t\nNot-you: n\nReason: r\n\n{link} {token}\n"), "says Subject: twice");
  EXPECT_EQ(why("X: s\n\n"), "has a line above the first blank one that is no field: X: s");
  EXPECT_EQ(why("\xff"), "is not UTF-8");
  EXPECT_EQ(why(std::string(70000, 'x')), "is longer than 64 KiB");
}

TEST(MailTemplates, TheOperatorsTakeTheirPlaceFileByFileUnlessTheyAreBroken) {
  std::string folder = std::filesystem::temp_directory_path() / "gatehouse_mail_XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  std::filesystem::create_directory(folder + "/en");
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder + "/" + name) << text;
  };
  write("en/password_changed.txt", "Subject: Ours\nNot-you: n\nReason: r\n\nOur words, {user}.\n");
  write("en/password_reset.txt", "Subject: Ours\nNot-you: n\nReason: r\n\n{token}\n");
  write("en/factor_added.html", "<b>{user}</b>");
  write("frame.html", "<main>{body}</main>");
  write("en/nothing.txt", "x");
  std::string complaints;
  const auto render = [&](Topic topic, const char* language = "en") {
    return outbox::render(settings_with(folder), topic, language, full(topic),
                          [&](const std::string& what) { complaints += what.substr(folder.size() + 1) + "\n"; });
  };
  const auto own = render(Topic::password_changed);
  EXPECT_EQ(own.subject, "Ours");
  EXPECT_EQ(own.html, "<main><p>Our words, &lt;user&amp;&gt;.</p>\n</main>");
  EXPECT_EQ(render(Topic::factor_added).html, "<b>&lt;user&amp;&gt;</b>");
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(render(Topic::password_reset).subject, "Your password was replaced");
  EXPECT_EQ(complaints, "en/password_reset.txt: names {token}, which is not known here\n");
  EXPECT_EQ(render(Topic::password_changed, "fr").subject, "Votre mot de passe a été changé");
  std::string judged;
  for (const std::string& one : outbox::judge_templates(settings_with(folder))) {
    judged += one.substr(folder.size() + 1) + "\n";
  }
  EXPECT_EQ(judged,
            "en/nothing.txt: is the name of no template\n"
            "en/password_reset.txt: names {token}, which is not known here\n");
  EXPECT_EQ(outbox::judge_templates(settings_with(folder + "/none")).size(), 1U);
  std::filesystem::remove_all(folder);
}

TEST(MailTemplates, WordsOfAClientMakeNoLink) {
  EXPECT_EQ(outbox::harmless("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0"),
            "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0");
  EXPECT_EQ(outbox::harmless("see https://evil.example/x <b> www.evil.example eve@evil.example"),
            "see https evil example/x b www evil example eve evil example");
  EXPECT_EQ(outbox::harmless("a\r\n\r\nb"), "a b");
  EXPECT_EQ(outbox::harmless("\xff"), "");
  EXPECT_EQ(outbox::harmless(std::string(500, 'x')).size(), 100U);
}

}  // namespace
}  // namespace gatehouse
