// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

#include "auth/users/users.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/text.h"
#include "crypto/box.h"
#include "json/json.h"
#include "support/parallel.h"

namespace gatehouse::test {

World::World() : admin(installation().server->target()), config_(basic_config()), tables_(admin) {
  tables_.empty_all();
  rotate_key();
  sql("DELETE FROM gh_audit");
  sql("ALTER TABLE gh_audit AUTO_INCREMENT = 1");
}

WebHead& World::head() {
  if (!head_) head_ = std::make_unique<WebHead>(config_, clock, ++seed_);
  return *head_;
}

WebHead World::another_head(const Config& more) {
  Config config = more;
  config.insert(config_.begin(), config_.end());
  return {config, clock, ++seed_};
}

Process& World::operators() {
  if (!operators_) {
    operators_ = std::make_unique<Process>(load_settings(config_), "gatehouse", keys::Power::verifies, clock, random_,
                                           [](std::string_view) {});
  }
  return *operators_;
}

Occasion World::operators_occasion(const std::string& request_id) {
  return {.process = operators(), .now = clock.now(), .request_id = request_id};
}

std::int64_t World::add_user(const Person& person) {
  users::NewUser wanted{.email = person.email.empty() ? person.username + "@example.com" : person.email,
                        .password = Secret(person.password),
                        .username = person.username,
                        .full_name = std::nullopt};
  const auto user = users::add_user(operators_occasion("arranged"), wanted, person.role);
  if (!user) throw Failure(person.username + " can't be made: " + user.refusal().detail);
  if (!person.is_verified) sql("UPDATE gh_users SET is_verified = 0 WHERE id = " + std::to_string(user->id.value));
  tables_.look();
  return user->id.value;
}

Answer World::log_in(const std::string& username, const Fields& more) {
  Fields fields{{"username", username}, {"password", kPassword}};
  fields.insert(fields.end(), more.begin(), more.end());
  Answer answer = post("auth_token", form(fields));
  EXPECT_EQ(answer.status, 200) << answer.body;
  tables_.look();
  return answer;
}

std::string World::access_token(const std::string& username, const Fields& more) {
  return log_in(username, more).text("access_token");
}

std::string World::api_key(const std::string& username, const Fields& wanted) {
  const Answer answer = post("api_keys_generate", json_object(wanted).bearing(access_token(username)));
  EXPECT_EQ(answer.status, 200) << answer.body;
  tables_.look();
  return answer.text("api_key");
}

void World::set(const std::string& key, const std::string& value) {
  config_[key] = value;
  head_.reset();
  operators_.reset();
}

void World::sql(const std::string& statement) {
  admin.run(statement);
  tables_.look();
}

void World::rotate_key() {
  const auto kid = keys::rotate(operators_occasion("arranged"));
  if (!kid) throw Failure("no key can be made: " + kid.refusal().detail);
  tables_.look();
}

std::string World::changes() {
  std::string text = tables_.changes();
  tables_.look();
  return text;
}

std::string World::mail() {
  std::string text;
  for (const auto& row :
       admin.query("SELECT kind, COALESCE(user_id, ''), recipient, HEX(letter) FROM gh_outbox WHERE state = 'waiting'"
                   " ORDER BY created_at, id")) {
    const auto said = crypto::open_box(installation().mail_key, from_hex(to_lower(row[3])).value_or(""));
    text += row[0];
    if (!row[1].empty()) text += " user=" + row[1];
    if (!row[2].empty()) text += " to " + row[2];
    text += " " + std::string(said ? said->reveal() : "sealed to somebody else") + "\n";
  }
  return text;
}

std::string World::mailed(const std::string& topic, const std::string& name) {
  const auto rows =
      admin.query("SELECT HEX(letter) FROM gh_outbox WHERE state = 'waiting' AND kind = " + db::Admin::quote(topic) +
                  " ORDER BY created_at DESC, id LIMIT 1");
  if (rows.empty()) return "";
  const auto said = crypto::open_box(installation().mail_key, from_hex(to_lower(rows[0][0])).value_or(""));
  const auto parsed = json::parse(said ? said->reveal() : "");
  return parsed.value ? std::string(parsed.value->string_of(name)) : "";
}

std::string World::value(const std::string& select) {
  const auto rows = admin.query(select);
  return rows.empty() ? "no row" : rows[0][0];
}

std::vector<Answer> World::in_parallel(int count, const std::function<Answer(WebHead&, int)>& each) {
  return in_parallel({.calls = count, .processes = count}, each);
}

std::vector<Answer> World::in_parallel(const Crowd& crowd, const std::function<Answer(WebHead&, int)>& each) {
  const std::uint64_t seed = seed_;
  seed_ += static_cast<std::uint64_t>(crowd.processes);
  SharedCount next;
  // Answers "NUMBER SIZE\n" and the bytes of each call that it took out of the queue.
  const auto prepare = [&](int number) -> std::function<std::string()> {
    auto own = std::make_shared<WebHead>(config_, clock, seed + 1 + static_cast<std::uint64_t>(number));
    own->others_audit = crowd.is_mixed;
    if (crowd.warm) crowd.warm(*own);
    return [&crowd, &each, &next, own] {
      std::string all;
      for (int call; (call = next.draw()) < crowd.calls;) {
        const std::string cgi = each(*own, call).cgi;
        all += std::to_string(call) + ' ' + std::to_string(cgi.size()) + '\n' + cgi;
      }
      return all;
    };
  };
  std::vector<Answer> answers(static_cast<std::size_t>(crowd.calls));
  for (const std::string& all : in_processes(crowd.processes, prepare)) {
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t blank = all.find(' ', at);
      const std::size_t line = all.find('\n', blank);
      const std::size_t size = std::stoul(all.substr(blank + 1, line - blank - 1));
      answers.at(std::stoul(all.substr(at, blank - at))) = parse_answer(all.substr(line + 1, size));
      at = line + 1 + size;
    }
  }
  return answers;
}

}  // namespace gatehouse::test
