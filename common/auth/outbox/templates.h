// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/outbox/outbox.h"

namespace gatehouse::outbox {

// A template: fields, a blank line, paragraphs apart by blank lines. `{word}` is filled in, and a paragraph or field of
// which a word has nothing to say is left out.
//
//   Subject: Confirm your address
//   Not-you: If that was not you …      (a line that begins with a blank goes on with the one before it)
//   Reason: You get this because …
//
//   Hello {user}, …
struct Template {
  std::string subject;
  std::string not_you;
  std::string reason;
  std::vector<std::string> paragraphs;
};

// What stands in place of the words.
using Fillings = std::map<std::string, std::string, std::less<>>;

// What a template of this topic may name, and what of that it must.
struct Vocabulary {
  std::vector<std::string_view> words;
  bool has_token = false;  // then it names the link, and the token
};
Vocabulary vocabulary_of(Topic topic);

// "" or why it is none. Whole pages (NAME.html, frame.html) are judged by the second.
std::string judge_template(Topic topic, std::string_view text);
std::string judge_page(const Vocabulary& vocabulary, std::string_view page);
inline const Vocabulary kFrameWords{{"title", "body", "not_you", "reason", "app", "url", "language"}, false};
// Of one that was judged.
Template parse_template(std::string_view text);

std::string fill_subject(const Template& from, const Fillings& fillings);
std::string fill_text(const Template& from, const Fillings& fillings);
// The same paragraphs in a frame: each filling escaped, the link one to click.
std::string fill_frame(const Template& from, const Fillings& fillings, std::string_view frame,
                       std::string_view language);
// A page of its own, each filling escaped.
std::string fill_page(std::string_view page, const Fillings& fillings);

// Words of a client's (its browser, a key's name), shown in a mail to somebody else than them: nothing that a mail
// program would take for a link, in one line.
std::string harmless(std::string_view words);

// A template that came along: "en/verify_email.txt", "frame.html". Empty: there is none.
std::string_view shipped(std::string_view name);

}  // namespace gatehouse::outbox
