// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "outbound/mail_client.h"

namespace gatehouse::outbound {

// By SMTP. smtp.cpp speaks it; the static build has another file in its place, which doesn't.
class SmtpConnection {
 public:
  explicit SmtpConnection(const MailClient::Account& account);
  ~SmtpConnection();
  SmtpConnection(const SmtpConnection&) = delete;
  SmtpConnection& operator=(const SmtpConnection&) = delete;

  Delivery deliver(const Parcel& parcel);
  std::string probe();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gatehouse::outbound
