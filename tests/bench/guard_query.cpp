// SPDX-License-Identifier: Apache-2.0
// The limit of guard.fcgi: an authorizer that says yes to whatever it is asked, plus the guard's own statement,
// prepared once. Believes the session id in the query and reads one column; without one it does nothing, which is the
// hop itself.
#include <fcgiapp.h>

#include <cstring>

#include "auth/guard/guard_sql.h"
#include "base/encoding.h"
#include "database.h"

int main() {
  FCGX_Init();
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  const auto connection = gatehouse::bench::connect();
  const std::unique_ptr<sql::PreparedStatement> by_cookie(
      connection->prepareStatement(gatehouse::guard::kByCookie.sql()));
  while (FCGX_Accept_r(&request) == 0) {
    const char* uri = FCGX_GetParam("REQUEST_URI", request.envp);
    const char* query = uri ? std::strchr(uri, '?') : nullptr;
    std::string user = "nobody";
    if (query) {
      by_cookie->setString(1, gatehouse::from_base64url(query + 1).value_or(""));
      by_cookie->setString(2, FCGX_GetParam("GATEHOUSE_SITE", request.envp));
      by_cookie->setString(3, "http://bench");
      const std::unique_ptr<sql::ResultSet> row(by_cookie->executeQuery());
      user = row->next() ? row->getString(9).c_str() : "";
    }
    if (user.empty()) {
      FCGX_PutS("Status: 403\r\nX-Gatehouse-Guard: forbidden\r\n\r\n", request.out);
    } else {
      FCGX_PutS("Status: 200\r\nVariable-GATEHOUSE_DECISION: pass\r\nVariable-REMOTE_USER: ", request.out);
      FCGX_PutS(user.c_str(), request.out);
      FCGX_PutS("\r\n\r\n", request.out);
    }
    FCGX_Finish_r(&request);
  }
}
