// SPDX-License-Identifier: Apache-2.0
#include "auth/outbox/shelf.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/failure.h"
#include "base/mail.h"

namespace gatehouse::outbox {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFrame = "frame.html";

// What there is to say against a file of this name, whose text is this.
std::string judge(std::string_view name, std::string_view text) {
  if (name == kFrame) return judge_page(kFrameWords, text);
  for (const std::string_view language : kLanguages) {
    for (const Topic topic : all_topics()) {
      const std::string stem = std::string(language) + "/" + std::string(name_of(topic));
      if (name == stem + ".txt") return judge_template(topic, text);
      if (name == stem + ".html") return judge_page(vocabulary_of(topic), text);
    }
  }
  return "is the name of no template";
}

// The operator's, where there is a good one.
std::optional<std::string> own(const Settings& settings, const std::string& name, const Complain& complain) {
  if (settings.mail_templates.empty()) return std::nullopt;
  const std::string file = settings.mail_templates + "/" + name;
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  std::string why;
  try {
    std::string text = config::read_text_file(file);
    why = judge(name, text);
    if (why.empty()) return text;
  } catch (const Misconfigured&) {
    why = "can't be read";
  }
  complain(file + ": " + why);
  return std::nullopt;
}

std::string take(const Settings& settings, const std::string& name, const Complain& complain) {
  auto text = own(settings, name, complain);
  return text ? std::move(*text) : std::string(shipped(name));
}

}  // namespace

Rendered render(const Settings& settings, Topic topic, std::string_view language, const Fillings& fillings,
                const Complain& complain) {
  const std::string stem = std::string(language) + "/" + std::string(name_of(topic));
  const Template words = parse_template(take(settings, stem + ".txt", complain));
  Rendered rendered{.subject = fill_subject(words, fillings), .text = fill_text(words, fillings), .html = {}};
  const auto page = own(settings, stem + ".html", complain);
  rendered.html = page ? fill_page(*page, fillings)
                       : fill_frame(words, fillings, take(settings, std::string(kFrame), complain), language);
  return rendered;
}

std::vector<std::string> judge_templates(const Settings& settings) {
  std::vector<std::string> complaints;
  if (settings.mail_templates.empty()) return complaints;
  const fs::path folder = settings.mail_templates;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return {folder.string() + ": is no folder that can be read"};
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->is_regular_file(error)) files.push_back(entry->path());
  }
  if (error) complaints.push_back(folder.string() + ": can't be read");
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const std::string name = fs::relative(file, folder, error).generic_string();
    try {
      const std::string why = judge(name, config::read_text_file(file.string()));
      if (!why.empty()) complaints.push_back(file.string() + ": " + why);
    } catch (const Misconfigured& unreadable) {
      complaints.emplace_back(unreadable.what());
    }
  }
  return complaints;
}

}  // namespace gatehouse::outbox
