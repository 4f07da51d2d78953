// SPDX-License-Identifier: Apache-2.0
// The limit of GET /api/v1/users/me with an API key: hello-world plus the key check's own statement, prepared once.
// Believes the key's hash in the query, reads one column, and knows no key.
#include <fcgiapp.h>

#include "auth/api_keys/api_keys_sql.h"
#include "base/encoding.h"
#include "database.h"

int main() {
  FCGX_Init();
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  const auto connection = gatehouse::bench::connect();
  const std::unique_ptr<sql::PreparedStatement> by_hash(
      connection->prepareStatement(gatehouse::api_keys::kByHash.sql()));
  while (FCGX_Accept_r(&request) == 0) {
    const auto hash = gatehouse::from_base64url(FCGX_GetParam("QUERY_STRING", request.envp)).value_or("");
    by_hash->setString(1, hash);
    const std::unique_ptr<sql::ResultSet> row(by_hash->executeQuery());
    if (row->next()) {
      FCGX_PutS("Content-Type: text/plain\r\n\r\nhello ", request.out);
      FCGX_PutS(row->getString(8).c_str(), request.out);
    } else {
      FCGX_PutS("Status: 404\r\nContent-Type: text/plain\r\n\r\n", request.out);
    }
    FCGX_Finish_r(&request);
  }
}
