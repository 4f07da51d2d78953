// SPDX-License-Identifier: Apache-2.0
// The limit of POST /api/v1/auth/refresh: hello-world plus one ES256 verify, two ES256 signs and the minimal
// transaction, one UPDATE conditional on the token's id and one audit INSERT, by the product's own statements. Looks at
// nothing else: no user, no dates, no JSON, and its transaction begins by itself.
#include <fcgiapp.h>

#include "auth/audit/audit_sql.h"
#include "auth/sessions/sessions_sql.h"
#include "base/time.h"
#include "crypto/random.h"
#include "limit_token.h"

namespace gatehouse::bench {
namespace {

sql::SQLString binary(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

class Rotation {
 public:
  Rotation() : connection_(connect()) {
    connection_->setAutoCommit(false);
    rotate_.reset(connection_->prepareStatement(sessions::kRotate.sql()));
    record_.reset(connection_->prepareStatement(audit::kRecord.sql()));
  }

  bool run(const LimitToken& spent, const TokenId& fresh, std::int64_t now) {
    rotate_->setString(1, binary(fresh.raw()));
    rotate_->setString(2, binary(spent.id.raw()));
    rotate_->setNull(3, sql::DataType::VARCHAR);
    rotate_->setNull(4, sql::DataType::VARCHAR);
    rotate_->setInt64(5, now);
    rotate_->setInt64(6, now);
    rotate_->setInt64(7, now + 604'800'000);
    rotate_->setInt64(8, now);
    rotate_->setInt64(9, now);
    rotate_->setString(10, binary(spent.session.raw()));
    rotate_->setString(11, binary(spent.id.raw()));
    const bool won = rotate_->executeUpdate() == 1;
    record_->setInt64(1, now);
    record_->setString(2, "token_refresh");
    record_->setInt64(3, 1);
    record_->setString(4, binary(spent.session.raw()));
    record_->setString(5, "");
    record_->setString(6, "");
    record_->setString(7, "");
    for (unsigned nobody = 8; nobody <= 10; ++nobody) record_->setNull(nobody, sql::DataType::VARCHAR);
    record_->executeUpdate();
    connection_->commit();
    return won;
  }

 private:
  std::unique_ptr<sql::Connection> connection_;
  std::unique_ptr<sql::PreparedStatement> rotate_;
  std::unique_ptr<sql::PreparedStatement> record_;
};

// Of {"refresh_token":"…"}, to the byte as load.lua writes it.
std::string_view token_in(std::string_view body) {
  constexpr std::size_t kBefore = 18;
  constexpr std::size_t kAfter = 2;
  return body.size() < kBefore + kAfter ? "" : body.substr(kBefore, body.size() - kBefore - kAfter);
}

}  // namespace
}  // namespace gatehouse::bench

int main() {
  using namespace gatehouse;
  FCGX_Init();
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  const crypto::SigningKey signer = bench::limit_key();
  const auto verifier = crypto::VerifyingKey::from_public_der(crypto::Algorithm::es256, signer.public_der());
  crypto::SystemRandomness random;
  SystemClock clock;
  bench::Rotation rotation;
  std::array<char, 1024> body;
  while (FCGX_Accept_r(&request) == 0) {
    const int size = FCGX_GetStr(body.data(), body.size(), request.in);
    const auto spent = bench::verify_limit_token(verifier, bench::token_in({body.data(), static_cast<size_t>(size)}));
    const TokenId fresh = TokenId::draw(random);
    if (spent && rotation.run(*spent, fresh, to_millis(clock.now()))) {
      const std::string access = bench::sign_limit_token(signer, spent->session, TokenId::draw(random));
      const std::string refresh = bench::sign_limit_token(signer, spent->session, fresh);
      FCGX_FPrintF(request.out,
                   "Content-Type: application/json\r\n\r\n{\"access_token\":\"%s\",\"refresh_token\":\"%s\"}",
                   access.c_str(), refresh.c_str());
    } else {
      FCGX_PutS("Status: 401\r\nContent-Type: text/plain\r\n\r\n", request.out);
    }
    FCGX_Finish_r(&request);
  }
}
