// SPDX-License-Identifier: Apache-2.0
#include "auth/tokens/tokens.h"

#include <algorithm>

#include "auth/access/assurance.h"
#include "auth/tokens/jwt.h"
#include "base/text.h"
#include "json/shape.h"

namespace gatehouse::tokens {
namespace {

constexpr std::string_view kAccessType = "at+jwt";
constexpr std::string_view kRefreshType = "rt+jwt";
constexpr std::string_view kClientId = "gatehouse";
// Between web heads: a token that one has just minted must be good on another, whose clock is a little behind.
constexpr seconds kClockSkew{10};

Refusal not_good() { return {Reason::token_invalid, "the token is not valid"}; }
Refusal too_old() { return {Reason::token_expired, "the token has expired"}; }

// What every token of ours carries.
void write_common(json::Writer& w, const Occasion& occasion, const Grant& grant, const TokenId& id, Time expires_at) {
  const std::int64_t now = to_unix_seconds(occasion.now);
  w.key("iss").string(occasion.settings().issuer);
  w.key("sub").string(std::to_string(grant.user.value));
  w.key("sid").string(grant.session.text());
  w.key("jti").string(id.text());
  w.key("iat").integer(now);
  w.key("nbf").integer(now);
  w.key("exp").integer(to_unix_seconds(expires_at));
}

// RFC 7519 section 4.1.3: one audience, or several.
bool names_audience(const json::Value& claims, std::string_view audience) {
  const json::Value* aud = claims.find("aud");
  if (!aud) return false;
  if (aud->is(json::Kind::string)) return aud->text == audience;
  return std::any_of(aud->items.begin(), aud->items.end(),
                     [&](const json::Value& item) { return item.is(json::Kind::string) && item.text == audience; });
}

std::optional<Time> time_claim(const json::Value& claims, std::string_view name) {
  const json::Value* claim = claims.find(name);
  const auto unix_seconds = claim ? claim->integer() : std::nullopt;
  // Far beyond any date of ours, and far from overflow in milliseconds.
  if (!unix_seconds || *unix_seconds < 0 || *unix_seconds > 1'000'000'000'000) return std::nullopt;
  return from_unix_seconds(*unix_seconds);
}

std::optional<UserId> user_claim(const json::Value& claims) {
  const auto sub = parse_integer(claims.string_of("sub"));
  if (!sub || *sub <= 0) return std::nullopt;
  return UserId{*sub};
}

// The kinds of token, each with the audience it is for. Everything that tells them apart is here.
struct Kind {
  std::string_view type;
  const std::string& audience;
};

Kind access_kind(const Occasion& occasion) { return {kAccessType, occasion.settings().audience}; }
Kind refresh_kind(const Occasion& occasion) { return {kRefreshType, occasion.settings().issuer}; }

// What every token of ours says, once it is known to be one of this kind.
struct Claims {
  json::Value all;
  UserId user;
  SessionId session;
  TokenId id;
  Time expires_at;
};

enum class Expired { refused, accepted };

// One verifier for all kinds: signed by us does not make it a token of this kind, for this audience, of this time.
Result<Claims> verify(const Occasion& occasion, std::string_view token, const Kind& kind,
                      Expired expired = Expired::refused) {
  auto jwt = parse_jwt(token);
  if (!jwt) return not_good();
  const crypto::VerifyingKey* key = occasion.process.keyring.find(occasion.database(), jwt->kid(), occasion.now);
  if (!key || !is_signed_by(*jwt, *key)) return not_good();
  const json::Value& claims = jwt->claims;
  if (jwt->header.string_of("typ") != kind.type) return not_good();
  if (claims.string_of("iss") != occasion.settings().issuer) return not_good();
  if (!names_audience(claims, kind.audience)) return not_good();
  const auto user = user_claim(claims);
  const auto session = SessionId::from_text(claims.string_of("sid"));
  const auto id = TokenId::from_text(claims.string_of("jti"));
  const auto not_before = time_claim(claims, "nbf");
  const auto expires_at = time_claim(claims, "exp");
  if (!user || !session || !id || !not_before || !expires_at) return not_good();
  if (occasion.now + kClockSkew < *not_before) return not_good();
  if (occasion.now >= *expires_at && expired == Expired::refused) return too_old();
  return Claims{std::move(jwt->claims), *user, *session, *id, *expires_at};
}

}  // namespace

std::string mint_access(const Occasion& occasion, const Grant& grant, const TokenId& id, Time expires_at) {
  const keys::PrivateKey& signer = occasion.process.keyring.signer(occasion.database(), occasion.now);
  json::Writer w;
  w.begin_object();
  write_common(w, occasion, grant, id, expires_at);
  w.key("aud").string(occasion.settings().audience);
  w.key("client_id").string(kClientId);
  w.key("scope").string(grant.scopes.text());
  w.key("role").string(grant.role);
  w.key("groups");
  json::write(w, grant.groups);
  w.key("acr").string(access::acr_of(grant.amr));
  w.key("amr");
  json::write(w, split(grant.amr, ' '));
  w.key("auth_time").integer(to_unix_seconds(grant.authenticated_at));
  w.key("username").string(grant.username);
  w.end_object();
  return sign_jwt(signer.key, signer.kid, kAccessType, w.take());
}

std::string mint_refresh(const Occasion& occasion, const Grant& grant, const TokenId& id, Time expires_at) {
  const keys::PrivateKey& signer = occasion.process.keyring.signer(occasion.database(), occasion.now);
  json::Writer w;
  w.begin_object();
  write_common(w, occasion, grant, id, expires_at);
  w.key("aud").string(occasion.settings().issuer);
  w.end_object();
  return sign_jwt(signer.key, signer.kid, kRefreshType, w.take());
}

Result<AccessClaims> verify_access(const Occasion& occasion, std::string_view token) {
  Process& process = occasion.process;
  const crypto::Digest digest = crypto::sha256(token);
  // Asked first: it reads the keys again where that is due, and a changed key makes the cache forget.
  const std::int64_t generation = process.keyring.generation(occasion.database(), occasion.now);
  if (const AccessClaims* known = process.verified.find(digest, generation, occasion.now)) return *known;
  const auto claims = verify(occasion, token, access_kind(occasion));
  if (!claims) return claims.refusal();
  const AccessClaims good{claims->user, claims->session, claims->id,
                          access::ScopeSet::parse(claims->all.string_of("scope")), claims->expires_at};
  process.verified.remember(digest, generation, good);
  return good;
}

Result<RefreshClaims> verify_refresh(const Occasion& occasion, std::string_view token) {
  const auto claims = verify(occasion, token, refresh_kind(occasion));
  if (!claims) return claims.refusal();
  return RefreshClaims{claims->user, claims->session, claims->id};
}

std::optional<SessionId> session_of_refresh(const Occasion& occasion, std::string_view token) {
  const auto claims = verify(occasion, token, refresh_kind(occasion), Expired::accepted);
  return claims ? std::optional(claims->session) : std::nullopt;
}

std::optional<SessionId> session_of_access(const Occasion& occasion, std::string_view token) {
  const auto claims = verify(occasion, token, access_kind(occasion), Expired::accepted);
  return claims ? std::optional(claims->session) : std::nullopt;
}

}  // namespace gatehouse::tokens
