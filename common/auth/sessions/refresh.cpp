// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/refresh.h"

#include <algorithm>

#include "auth/access/reach.h"
#include "auth/allowances/allowances.h"
#include "auth/audit/audit.h"
#include "auth/sessions/pair.h"
#include "auth/sessions/sessions_sql.h"
#include "auth/tokens/tokens.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace gatehouse::sessions {
namespace {

constexpr seconds kRetryWindow{60};
constexpr std::size_t kShortestRetryKey = 16;

Refusal not_good() { return {Reason::token_invalid, "the refresh token is not valid"}; }

// The session's row as a refresh sees it.
struct Row {
  UserId user;
  std::string current;
  std::string previous;
  std::string successor;
  std::string retry_key_hash;
  Time rotated_at;
  access::ScopeSet scopes;
  Time authenticated_at;
  Time expires_at;
  Time ends_at;
  bool ended;
  std::string username;
  std::string role;
  bool is_active;
  std::vector<std::string> groups;
  std::int64_t refreshes;
  Time refreshes_until;
  std::string amr;
  std::optional<access::Reach> reach;  // nullopt: no such role
};

std::optional<Row> read_row(db::Rows row) {
  if (!row.next()) return std::nullopt;
  return Row{.user = row.user_id(0),
             .current = row.text(1),
             .previous = row.optional_text(2).value_or(""),
             .successor = row.optional_text(3).value_or(""),
             .retry_key_hash = row.optional_text(4).value_or(""),
             .rotated_at = row.optional_time(5).value_or(Time{}),
             .scopes = access::ScopeSet::parse(row.text(6)),
             .authenticated_at = row.time(7),
             .expires_at = row.time(8),
             .ends_at = row.time(9),
             .ended = !row.is_null(10),
             .username = row.text(11),
             .role = row.text(12),
             .is_active = row.boolean(13),
             .groups = access::parse_groups(row.optional_text(14).value_or("")),
             .refreshes = row.integer(15),
             .refreshes_until = row.time(16),
             .amr = row.text(17),
             .reach = {}};
}

// The row, and what its user may be granted today.
std::optional<Row> find(const Occasion& occasion, const SessionId& session) {
  auto row = read_row(occasion.database().query(kForRefresh, {session}));
  if (!row) return std::nullopt;
  const access::RoleMap& map = occasion.process.roles.present(occasion.database(), occasion.now);
  row->reach = access::reach_of(occasion.settings(), map, row->role, row->groups, row->amr);
  return row;
}

// A refresh that was asked for, and the successor made ready for it: signed and sealed before the unit.
struct Turn {
  tokens::RefreshClaims spent;
  std::string retry_key_hash;  // empty: no Idempotency-Key
  TokenId fresh;
  Time expires_at;
  TokenPair pair{};
  std::optional<std::string> sealed{};
};

std::string seal_context(const tokens::RefreshClaims& spent) { return successor_context(spent.session, spent.id); }

std::string pack(const TokenPair& pair) { return json::write_shape(kTokenPair, pair); }

// Its lives as they were told the first time: a retry's answer is the same to the last byte, cookies included.
std::optional<TokenPair> unpack(std::string_view text, const Row& row) {
  const auto parsed = json::parse(text);
  if (!parsed.value) return std::nullopt;
  const json::Value& value = *parsed.value;
  const json::Value* expires_in = value.find("expires_in");
  return TokenPair{.access_token = std::string(value.string_of("access_token")),
                   .refresh_token = std::string(value.string_of("refresh_token")),
                   .token_type = std::string(value.string_of("token_type")),
                   .expires_in = expires_in ? expires_in->integer().value_or(0) : 0,
                   .scope = std::string(value.string_of("scope")),
                   .refresh_life = std::chrono::floor<seconds>(row.expires_at - row.rotated_at)};
}

Turn prepare(const Occasion& occasion, const tokens::RefreshClaims& spent, const Row& row, std::string retry_key_hash) {
  const tokens::Grant grant{.user = row.user,
                            .username = row.username,
                            .role = row.reach->role,
                            .groups = row.reach->groups,
                            .scopes = row.scopes.within(row.reach->rights.scopes),
                            .session = spent.session,
                            .authenticated_at = row.authenticated_at,
                            .amr = row.amr};
  Turn turn{.spent = spent,
            .retry_key_hash = std::move(retry_key_hash),
            .fresh = TokenId::draw(occasion.random()),
            .expires_at = refresh_expiry(occasion, row.ends_at)};
  turn.pair = mint_pair(occasion, grant, turn.fresh, row.ends_at);
  const bool may_be_retried = !turn.retry_key_hash.empty() || occasion.settings().refresh_reuse_grace > seconds(0);
  if (may_be_retried) {
    turn.sealed = occasion.process.keyring.seal(seal_context(spent), pack(turn.pair), occasion.random());
  }
  return turn;
}

// The same successor again, for somebody who can show that it is the same request, while the successor is unused.
std::optional<TokenPair> honest_retry(const Occasion& occasion, const tokens::RefreshClaims& spent, const Row& row,
                                      std::string_view retry_key_hash) {
  if (row.ended || row.previous != spent.id.raw() || row.successor.empty()) return std::nullopt;
  // The head that rotated it may have a clock that is ahead: that makes nobody's grace.
  const auto since = std::max(occasion.now - row.rotated_at, milliseconds(0));
  const bool same_request =
      !retry_key_hash.empty() && since < kRetryWindow && equal_in_constant_time(retry_key_hash, row.retry_key_hash);
  const bool in_grace = since < occasion.settings().refresh_reuse_grace;
  if (!same_request && !in_grace) return std::nullopt;
  const auto text = occasion.process.keyring.unseal(seal_context(spent), row.successor);
  return text ? unpack(text->reveal(), row) : std::nullopt;
}

// The thief's token or the owner's, nobody can tell: the session dies for both.
Refusal end_for_reuse(db::Work& work, const Occasion& occasion, const tokens::RefreshClaims& spent) {
  work.run(kEnd, {occasion.now, "reuse", spent.session});
  audit::record(work, occasion, audit::Event::token_reuse_detected, {.user = spent.user, .session = spent.session});
  return {Reason::token_invalid, "refresh token reuse detected; the session has ended"};
}

// What stands against this token before its id is even compared.
std::optional<Refusal> objection(const Occasion& occasion, const tokens::RefreshClaims& spent,
                                 const std::optional<Row>& row) {
  if (!row || row->user != spent.user) return not_good();
  if (occasion.now >= row->expires_at || occasion.now >= row->ends_at) {
    return Refusal{Reason::token_expired, "the session has expired"};
  }
  if (!row->is_active || !row->reach) return not_good();
  return std::nullopt;
}

Time window_of(const Occasion& occasion) {
  return allowances::end_of_window(occasion.now, occasion.settings().rate_of(Limit::refresh).period);
}

// REFRESH_RATE_LIMIT. Who rotates has read the row as it still is, so none is missed by counting in the rotation
// itself.
std::optional<Refusal> too_often(const Occasion& occasion, const Row& row) {
  const Time window_ends_at = window_of(occasion);
  const bool is_used_up =
      row.refreshes_until == window_ends_at && row.refreshes >= occasion.settings().rate_of(Limit::refresh).requests;
  if (!is_used_up) return std::nullopt;
  return Refusal{.reason = Reason::too_many_requests,
                 .detail = "this session was refreshed too often",
                 .retry_after = std::chrono::ceil<seconds>(window_ends_at - occasion.now)};
}

Result<TokenPair> rotate(db::Work& work, const Occasion& occasion, const Turn& turn) {
  const auto retry_key_hash = turn.retry_key_hash.empty() ? std::nullopt : std::optional(turn.retry_key_hash);
  const Time window_ends_at = window_of(occasion);
  const bool won =
      work.run(kRotate, {turn.fresh, turn.spent.id, turn.sealed, retry_key_hash, occasion.now, occasion.now,
                         turn.expires_at, window_ends_at, window_ends_at, turn.spent.session, turn.spent.id}) == 1;
  if (won) {
    audit::record(work, occasion, audit::Event::token_refresh,
                  {.user = turn.spent.user, .session = turn.spent.session});
    return turn.pair;
  }
  // Somebody was faster, or an earlier run of this unit was, its answer lost.
  const auto row = read_row(work.query(kForRefresh, {turn.spent.session}));
  if (!row) return not_good();
  if (row->current == turn.fresh.raw()) {
    if (row->ended) return not_good();  // since then
    return turn.pair;
  }
  if (auto same = honest_retry(occasion, turn.spent, *row, turn.retry_key_hash)) return std::move(*same);
  if (row->current == turn.spent.id.raw()) return not_good();  // ended meanwhile, and was never spent
  return end_for_reuse(work, occasion, turn.spent);
}

}  // namespace

std::string successor_context(const SessionId& session, const TokenId& spent) {
  return "successor:" + session.text() + ":" + spent.text();
}

Result<TokenPair> refresh(const Occasion& occasion, const RefreshRequest& request) {
  std::string retry_key_hash;
  if (!request.idempotency_key.empty()) {
    if (request.idempotency_key.size() < kShortestRetryKey) {
      return Refusal{Reason::malformed, "an Idempotency-Key has at least 16 characters"};
    }
    retry_key_hash = bytes_of(crypto::labelled_sha256("retry key", request.idempotency_key));
  }
  const auto spent = tokens::verify_refresh(occasion, request.token);
  if (!spent) return spent.refusal();
  const auto row = find(occasion, spent->session);
  if (auto refusal = objection(occasion, *spent, row)) return *refusal;

  if (row->current != spent->id.raw()) {
    if (auto same = honest_retry(occasion, *spent, *row, retry_key_hash)) return std::move(*same);
    return occasion.database().unit(
        [&](db::Work& work) -> Result<TokenPair> { return end_for_reuse(work, occasion, *spent); });
  }
  if (row->ended) return not_good();
  if (auto refusal = too_often(occasion, *row)) return *refusal;
  const Turn turn = prepare(occasion, *spent, *row, std::move(retry_key_hash));
  return occasion.database().unit([&](db::Work& work) { return rotate(work, occasion, turn); });
}

}  // namespace gatehouse::sessions
