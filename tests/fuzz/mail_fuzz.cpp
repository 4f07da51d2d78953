// SPDX-License-Identifier: Apache-2.0
#include "auth/outbox/message.h"
#include "auth/outbox/templates.h"
#include "base/mail.h"
#include "base/text.h"
#include "harness.h"

namespace {

using namespace gatehouse;

// Lines end with CR LF, none is too long, all is ASCII, and the header has the fields that we wrote, in their order.
void must_be_a_mail(std::string_view mail) {
  constexpr std::string_view kFields[] = {
      "Date",         "From",        "To", "Subject", "Message-ID", "Auto-Submitted", "Content-Language",
      "MIME-Version", "Content-Type"};
  std::size_t fields = 0;
  bool in_header = true;
  while (!mail.empty()) {
    const std::size_t end = mail.find("\r\n");
    must(end != std::string_view::npos);
    const std::string_view line = mail.substr(0, end);
    mail.remove_prefix(end + 2);
    must(line.size() <= 998 && line.find_first_of("\r\n") == std::string_view::npos);
    for (const char c : line) must((c >= 0x20 && c < 0x7f) || c == '\t');
    if (line.empty()) in_header = false;
    if (!in_header || line.starts_with(' ')) continue;
    must(fields < std::size(kFields) && line.starts_with(std::string(kFields[fields]) + ": "));
    ++fields;
  }
  must(fields == std::size(kFields));
}

}  // namespace

// The input is everything a stranger or an operator may write: a name, an address, what fills a template, a template.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text(data, size);
  static_cast<void>(parse_mail_url(text));
  const std::string_view first = text.substr(0, text.find('\n'));
  const std::string to(is_mail_address(first) ? first : "ann@example.com");
  for (const char c : to) must(c > 0x20 && c < 0x7f && c != '<' && c != '>' && c != ',');
  const outbox::Fillings fillings{{"user", std::string(text)}, {"user_agent", outbox::harmless(text)}, {"address", to}};
  must(fillings.find("user_agent")->second.find("//") == std::string::npos);
  const bool is_good = outbox::judge_template(outbox::Topic::new_sign_in, text).empty();
  const outbox::Template made = outbox::parse_template(is_good ? text : outbox::shipped("en/new_sign_in.txt"));
  outbox::Message message{.id = {},
                          .written_at = {},
                          .from = "auth@example.com",
                          .from_name = std::string(text),
                          .to = to,
                          .language = "en",
                          .subject = outbox::fill_subject(made, fillings),
                          .text = outbox::fill_text(made, fillings),
                          .html = outbox::fill_frame(made, fillings, outbox::shipped("frame.html"), "en")};
  must_be_a_mail(outbox::compose(message));
  message.subject = text;
  message.text = text;
  must_be_a_mail(outbox::compose(message));
  return 0;
}
