// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include "auth/outbox/templates.h"
#include "base/failure.h"
#include "base/text.h"

namespace gatehouse::outbox {
namespace {

constexpr std::size_t kMostBytes = 65536;
constexpr std::size_t kMostHarmless = 100;

// {word}: small letters and '_'. Any other brace is itself.
std::optional<std::string_view> word_at(std::string_view text, std::size_t at) {
  if (text[at] != '{') return std::nullopt;
  const std::size_t end = text.find('}', at);
  if (end == std::string_view::npos || end == at + 1) return std::nullopt;
  const std::string_view word = text.substr(at + 1, end - at - 1);
  const bool is_word = std::all_of(word.begin(), word.end(), [](char c) { return is_lower(c) || c == '_'; });
  return is_word ? std::optional(word) : std::nullopt;
}

std::vector<std::string_view> words_in(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (const auto word = word_at(text, at)) words.push_back(*word);
  }
  return words;
}

using Show = std::function<std::string(std::string_view word, std::string_view value)>;

std::string_view value_of(const Fillings& fillings, std::string_view word) {
  const auto found = fillings.find(word);
  return found == fillings.end() ? std::string_view() : std::string_view(found->second);
}

// What is filled in is not looked at again.
std::string fill(std::string_view text, const Fillings& fillings, const Show& show_text, const Show& show) {
  std::string out;
  std::size_t plain_from = 0;
  const auto flush = [&](std::size_t to) { out += show_text({}, text.substr(plain_from, to - plain_from)); };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto word = word_at(text, at);
    if (!word) continue;
    flush(at);
    out += show(*word, value_of(fillings, *word));
    at += word->size() + 1;
    plain_from = at + 1;
  }
  flush(text.size());
  return out;
}

// One line, whatever it is filled with.
std::string in_one_line(std::string_view, std::string_view value) {
  std::string line(is_utf8(value) ? value : "?");
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return line;
}

std::string as_it_is(std::string_view, std::string_view value) { return std::string(value); }
std::string as_html(std::string_view word, std::string_view value) { return escape_html(in_one_line(word, value)); }

std::string as_html_lines(std::string_view, std::string_view value) {
  std::string out;
  for (const char c : escape_html(value)) out += c == '\n' ? "<br>\n" : std::string(1, c);
  return out;
}

std::string as_html_links(std::string_view word, std::string_view value) {
  const std::string escaped = as_html(word, value);
  if (word == "link") return "<a href=\"" + escaped + "\">" + escaped + "</a>";
  return word == "token" ? "<code>" + escaped + "</code>" : escaped;
}

bool has_something_to_say(std::string_view text, const Fillings& fillings) {
  const auto words = words_in(text);
  return !text.empty() && std::none_of(words.begin(), words.end(),
                                       [&](std::string_view word) { return value_of(fillings, word).empty(); });
}

std::string paragraph_in_html(std::string_view text, const Fillings& fillings) {
  if (!has_something_to_say(text, fillings)) return "";
  return fill(text, fillings, as_html_lines, as_html_links);
}

struct Reading {
  Template made;
  std::string wrong;
};

Reading read(std::string_view text) {
  Reading reading;
  struct Field {
    std::string_view name;
    std::string* value;
  };
  const Field fields[] = {
      {"Subject: ", &reading.made.subject}, {"Not-you: ", &reading.made.not_you}, {"Reason: ", &reading.made.reason}};
  const auto wrong = [&](std::string why) {
    if (reading.wrong.empty()) reading.wrong = std::move(why);
  };
  if (text.size() > kMostBytes) wrong("is longer than 64 KiB");
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos) wrong("is not UTF-8");
  std::string* last = nullptr;
  std::string paragraph;
  bool in_fields = true;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) reading.made.paragraphs.push_back(std::move(paragraph));
    paragraph.clear();
  };
  for (std::string& whole : split(text, '\n')) {
    if (whole.ends_with('\r')) whole.pop_back();
    const std::string_view line = trim(whole);
    if (line.empty()) {
      in_fields = false;
      end_paragraph();
    } else if (!in_fields) {
      paragraph += (paragraph.empty() ? "" : "\n") + std::string(line);
    } else if (whole.front() == ' ' && last) {
      *last += "\n" + std::string(line);
    } else {
      const auto* field = std::find_if(std::begin(fields), std::end(fields),
                                       [&](const Field& one) { return whole.starts_with(one.name); });
      if (field == std::end(fields)) {
        wrong("has a line above the first blank one that is no field: " + std::string(cut_utf8(line, 40)));
        continue;
      }
      if (!field->value->empty()) wrong("says " + std::string(field->name) + "twice");
      last = field->value;
      *last = trim(line.substr(field->name.size() - 1));
    }
  }
  end_paragraph();
  for (const Field& field : fields) {
    if (field.value->empty()) wrong("has no " + std::string(field.name.substr(0, field.name.size() - 2)));
  }
  if (reading.made.subject.find('\n') != std::string::npos) wrong("has a Subject of several lines");
  if (reading.made.paragraphs.empty()) wrong("says nothing");
  return reading;
}

bool names(std::string_view text, std::string_view word) {
  const auto words = words_in(text);
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Vocabulary vocabulary_of(Topic topic) {
  Vocabulary known{{"app", "url", "user", "email", "time"}, false};
  const auto also = [&](std::initializer_list<std::string_view> words) {
    known.words.insert(known.words.end(), words.begin(), words.end());
  };
  switch (topic) {
    case Topic::verify_email:
    case Topic::reset_password:
    case Topic::change_email:
    case Topic::email_changed:
      also({"token", "link", "endpoint"});
      known.has_token = true;
      break;
    case Topic::new_sign_in: also({"address", "user_agent"}); break;
    case Topic::account_locked:
    case Topic::factor_guessed: also({"address"}); break;
    case Topic::api_key_made: also({"name", "prefix"}); break;
    case Topic::recovery_code_used: also({"left"}); break;
    case Topic::address_in_use:
    case Topic::password_changed:
    case Topic::password_reset:
    case Topic::factor_added:
    case Topic::factor_removed: break;
  }
  return known;
}

std::string judge_page(const Vocabulary& vocabulary, std::string_view page) {
  if (page.size() > kMostBytes) return "is longer than 64 KiB";
  if (!is_utf8(page) || page.find('\0') != std::string_view::npos) return "is not UTF-8";
  for (const std::string_view word : words_in(page)) {
    if (std::find(vocabulary.words.begin(), vocabulary.words.end(), word) == vocabulary.words.end()) {
      return "names {" + std::string(cut_utf8(word, 40)) + "}, which is not known here";
    }
  }
  if (vocabulary.has_token && (!names(page, "link") || !names(page, "token")))
    return "does not name {link} and {token}";
  if (&vocabulary == &kFrameWords && !names(page, "body")) return "does not name {body}";
  return "";
}

std::string judge_template(Topic topic, std::string_view text) {
  const Reading reading = read(text);
  return reading.wrong.empty() ? judge_page(vocabulary_of(topic), text) : reading.wrong;
}

Template parse_template(std::string_view text) {
  Reading reading = read(text);
  if (!reading.wrong.empty()) bug("a template that was not judged");
  return std::move(reading.made);
}

std::string fill_subject(const Template& from, const Fillings& fillings) {
  return fill(from.subject, fillings, as_it_is, in_one_line);
}

std::string fill_text(const Template& from, const Fillings& fillings) {
  std::string out;
  const auto say = [&](std::string_view text) {
    if (has_something_to_say(text, fillings)) out += fill(text, fillings, as_it_is, in_one_line) + "\n\n";
  };
  for (const std::string& paragraph : from.paragraphs) say(paragraph);
  say(from.not_you);
  out += "--\n";
  say(from.reason);
  say("{app}, {url}");
  out.pop_back();
  return out;
}

std::string fill_frame(const Template& from, const Fillings& fillings, std::string_view frame,
                       std::string_view language) {
  std::string body;
  for (const std::string& paragraph : from.paragraphs) {
    const std::string html = paragraph_in_html(paragraph, fillings);
    if (!html.empty()) body += "<p>" + html + "</p>\n";
  }
  Fillings parts{{"body", body},
                 {"not_you", paragraph_in_html(from.not_you, fillings)},
                 {"reason", paragraph_in_html(from.reason, fillings)},
                 {"title", escape_html(fill_subject(from, fillings))},
                 {"app", as_html({}, value_of(fillings, "app"))},
                 {"url", as_html({}, value_of(fillings, "url"))},
                 {"language", std::string(language)}};
  return fill(frame, parts, as_it_is, as_it_is);
}

std::string fill_page(std::string_view page, const Fillings& fillings) {
  return fill(page, fillings, as_it_is, as_html);
}

std::string harmless(std::string_view words) {
  std::string out;
  bool after_blank = true;
  const std::string_view text = is_utf8(words) ? words : std::string_view();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : ' ';
    const bool joins_names = c == '.' && !is_digit(next);  // as in example.com, and not as in 12.0
    const bool is_kept = static_cast<unsigned char>(c) >= 0x80 || is_alnum(c) ||
                         (std::string_view("()._-;,+ ").find(c) != std::string_view::npos && !joins_names) ||
                         (c == '/' && next != '/' && (i == 0 || text[i - 1] != '/'));
    const char shown = is_kept ? c : ' ';
    if (shown == ' ' && after_blank) continue;
    after_blank = shown == ' ';
    out += shown;
  }
  return std::string(trim(cut_utf8(out, kMostHarmless)));
}

}  // namespace gatehouse::outbox
