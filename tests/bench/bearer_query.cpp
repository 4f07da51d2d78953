// SPDX-License-Identifier: Apache-2.0
// The limit of GET /api/v1/users/me: hello-world plus the bearer check's own statement, prepared once. Believes the
// session id in the query, reads one column, and knows no token.
#include <fcgiapp.h>

#include "auth/sessions/sessions_sql.h"
#include "base/encoding.h"
#include "database.h"

int main() {
  FCGX_Init();
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  const auto connection = gatehouse::bench::connect();
  const std::unique_ptr<sql::PreparedStatement> bearer(
      connection->prepareStatement(gatehouse::sessions::kBearer.sql()));
  while (FCGX_Accept_r(&request) == 0) {
    const auto session = gatehouse::from_base64url(FCGX_GetParam("QUERY_STRING", request.envp)).value_or("");
    bearer->setString(1, session);
    bearer->setString(2, session);
    const std::unique_ptr<sql::ResultSet> row(bearer->executeQuery());
    if (row->next()) {
      FCGX_PutS("Content-Type: text/plain\r\n\r\nhello ", request.out);
      FCGX_PutS(row->getString(6).c_str(), request.out);
    } else {
      FCGX_PutS("Status: 404\r\nContent-Type: text/plain\r\n\r\n", request.out);
    }
    FCGX_Finish_r(&request);
  }
}
