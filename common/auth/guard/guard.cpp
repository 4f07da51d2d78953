// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/guard.h"

#include <algorithm>

#include "auth/api_keys/api_keys.h"
#include "auth/audit/audit.h"
#include "auth/guard/guard_sql.h"
#include "auth/sessions/cookie.h"
#include "base/host.h"
#include "base/log.h"
#include "base/text.h"

namespace gatehouse::guard {
namespace {

constexpr const char* kCookieKind = "guard cookie";
constexpr seconds kCodeLife{60};
constexpr std::size_t kMostPath = 2048;

Refusal bad_code() {
  return {Reason::forbidden, "this sign-in was begun elsewhere, is over, or took longer than a minute"};
}

crypto::Digest hash_of_code(std::string_view code) { return crypto::labelled_sha256("guard code", code); }

// RFC 7617: base64 of "name:password", with padding; unlike base64url it is not ours, and read leniently in nothing.
struct NameAndPassword {
  std::string name;
  std::string password;
};
std::optional<NameAndPassword> read_basic(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string as_url(text);
  for (char& c : as_url) {
    if (c == '-' || c == '_') return std::nullopt;
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  const auto decoded = from_base64url(as_url);
  if (!decoded) return std::nullopt;
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return NameAndPassword{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

Refusal not_good() { return {Reason::token_invalid, "the credential is not good"}; }

Result<std::optional<Visitor>> seen(Result<Principal> principal, Shown shown) {
  if (!principal) return principal.refusal();
  return std::optional(Visitor{std::move(*principal), shown});
}

// The name is the account's that the site will see: another would be somebody's word for who they are.
Result<std::optional<Visitor>> identify_by_basic(const Occasion& occasion, std::string_view text) {
  const auto typed = read_basic(text);
  if (!typed) return not_good();
  auto owner = api_keys::authenticate(occasion, typed->password);
  if (!owner) return owner.refusal();
  if (users::canonical_login(typed->name) != users::canonical_login(owner->user.username)) return not_good();
  return seen(std::move(owner), Shown::basic);
}

}  // namespace

const Sites& present_sites(const Occasion& occasion) {
  std::string trouble;
  Process& process = occasion.process;
  const auto complain = [&] {
    if (trouble.empty()) return;
    LogLine line(occasion.now, Level::error);
    line.add("endpoint", process.endpoint).add("error", trouble);
    process.log(std::move(line).finish());
  };
  try {
    const Sites& sites = process.rulebook.present(occasion.settings().guard_rules, occasion.now, trouble);
    complain();
    return sites;
  } catch (...) {
    complain();
    throw;
  }
}

const std::string& origin_of(const Site& site, std::string_view host) {
  const auto named = std::find_if(site.origins.begin(), site.origins.end(), [&](const std::string& origin) {
    return equal_ignoring_case(host_of(origin), host);
  });
  return named == site.origins.end() ? site.origins.front() : *named;
}

Result<std::optional<Visitor>> identify(const Occasion& occasion, const Entrance& at, const Credentials& shown) {
  if (!shown.api_key.empty()) return seen(api_keys::authenticate(occasion, shown.api_key), Shown::key);
  if (!shown.authorization.empty()) {
    if (const auto basic = after_ignoring_case(shown.authorization, "Basic ")) {
      if (shown.from_browser) return not_good();
      return identify_by_basic(occasion, *basic);
    }
    const auto token = after_ignoring_case(shown.authorization, "Bearer ");
    if (!token) return not_good();
    return seen(sessions::authenticate_bearer(occasion, *token), Shown::token);
  }
  if (shown.cookie.empty()) return std::optional<Visitor>();
  const auto cookie = sessions::Cookie::parse(shown.cookie);
  if (!cookie) return not_good();
  db::Rows row = occasion.database().query(kByCookie, {cookie->session(), at.site, at.origin});
  return seen(sessions::principal_of(occasion, row, *cookie, cookie->hash(kCookieKind)), Shown::cookie);
}

void touch(const Occasion& occasion, const Visitor& visitor) {
  if (const auto* key = visitor.principal.key()) return api_keys::touch(occasion, *key);
  if (visitor.shown == Shown::cookie) return sessions::keep_alive(occasion, visitor.principal.login());
  sessions::touch(occasion, visitor.principal.login());
}

bool is_path(std::string_view path) {
  if (path.empty() || path.size() > kMostPath || path.front() != '/') return false;
  // "//host" and "/\host" lead elsewhere in a browser.
  if (path.size() > 1 && (path[1] == '/' || path[1] == '\\')) return false;
  return std::all_of(path.begin(), path.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
}

std::optional<Place> place_of(const Sites& sites, std::string_view site, std::string_view url) {
  const auto found = sites.find(site);
  if (found == sites.end()) return std::nullopt;
  for (const std::string& origin : found->second.origins) {
    if (!url.starts_with(origin)) continue;
    const std::string_view path = url.substr(origin.size());
    if (is_path(path)) return Place{std::string(site), origin, std::string(path)};
  }
  return std::nullopt;
}

std::string draw_nonce(Randomness& random) { return draw_secret(random); }

bool is_nonce(std::string_view text) {
  const auto raw = from_base64url(text);
  return raw && raw->size() == kSecretBytes;
}

std::string state_of(std::string_view nonce) {
  return to_base64url(bytes_of(crypto::labelled_sha256("guard state", nonce)));
}

std::string issue_code(const Occasion& occasion, const SessionId& session, const Place& place, std::string_view state) {
  const std::string code = draw_secret(occasion.random());
  const auto raw_state = from_base64url(state);
  if (!raw_state || raw_state->size() != sizeof(crypto::Digest)) bug("a code is for the state of a browser");
  const Time expires_at = occasion.now + kCodeLife;
  occasion.database().unit([&](db::Work& work) {
    return work.claim(kIssueCode, {hash_of_code(code), session, place.site, *raw_state, place.path, expires_at});
  });
  return code;
}

Result<Admission> swap_code(const Occasion& occasion, const Entrance& at, std::string_view code,
                            std::string_view nonce) {
  const crypto::Digest hash = hash_of_code(code);
  const crypto::Digest state = crypto::labelled_sha256("guard state", nonce);
  // The session's id is not known before the unit has looked; the secret is drawn here, so that a re-run gives the
  // same.
  std::array<unsigned char, 32> secret;
  occasion.random().fill(secret);
  return occasion.database().unit([&](db::Work& work) -> Result<Admission> {
    const Time now = occasion.now;
    db::Rows row = work.query(kCode, {hash, now, now});
    if (!row.next()) return bad_code();
    const auto session = SessionId::from_bytes(row.text(0));
    if (!session) return bad_code();
    const auto cookie = sessions::Cookie::of(*session, secret);
    const auto cookie_hash = cookie.hash(kCookieKind);
    const Time ends_at = row.time(3);
    const UserId user = row.user_id(2);
    Admission admission{cookie.text(), std::chrono::floor<seconds>(ends_at - now), row.text(1)};
    const bool is_ours = equal_in_constant_time(row.text(4), bytes_of(state));
    if (work.run(kUseCode, {now, hash, at.site, now}) == 0) {
      // Or by an earlier run of this unit, its answer lost.
      if (work.query(kWasSwapped, {hash, cookie_hash}).next()) return admission;
      return bad_code();
    }
    if (!is_ours) {
      audit::record(
          work, occasion, audit::Event::unauthorized_access,
          {.user = user, .session = *session, .detail = "another browser's code for " + std::string(at.site)});
      return bad_code();
    }
    work.run(kSetCookie, {*session, at.site, at.origin, cookie_hash, now, ends_at, cookie_hash, now, ends_at});
    audit::record(work, occasion, audit::Event::site_entered,
                  {.user = user, .session = *session, .detail = std::string(at.site)});
    return admission;
  });
}

}  // namespace gatehouse::guard
