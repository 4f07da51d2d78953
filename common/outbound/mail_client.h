// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/mail.h"

namespace gatehouse::outbound {

// Takes mail to where MAIL_URL says. Of a server it asks TLS of 1.2 or newer and a certificate of that name, or says
// not a word about the mail; a connection is kept for the next one.
class MailClient {
 public:
  struct Account {
    MailRoute route;
    Secret password{};      // of route.user
    std::string ca_file{};  // vouches for the server; empty: whom the system trusts
  };
  explicit MailClient(Account account);
  ~MailClient();
  MailClient(const MailClient&) = delete;
  MailClient& operator=(const MailClient&) = delete;

  Delivery deliver(const Parcel& parcel);

  // Without a mail: "" or why none would leave.
  std::string probe();

 private:
  struct Server;
  Account account_;
  std::unique_ptr<Server> server_;
};

}  // namespace gatehouse::outbound
