// SPDX-License-Identifier: Apache-2.0
// The limit of GET /health: a FastCGI program that does nothing.
#include <fcgiapp.h>

int main() {
  FCGX_Init();
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  while (FCGX_Accept_r(&request) == 0) {
    FCGX_PutS("Content-Type: text/plain\r\n\r\nhello world\n", request.out);
    FCGX_Finish_r(&request);
  }
}
