// SPDX-License-Identifier: Apache-2.0
// In place of common/outbound/smtp.cpp where everything is linked statically: libcurl can't be, so mail leaves by
// sendmail: or file: only.
#include "outbound/smtp.h"

namespace gatehouse::outbound {

namespace {
constexpr const char* kNo = "this static build speaks no SMTP; MAIL_URL = sendmail:/usr/sbin/sendmail";
}

struct SmtpConnection::State {};

SmtpConnection::SmtpConnection(const MailClient::Account&) {}
SmtpConnection::~SmtpConnection() = default;

Delivery SmtpConnection::deliver(const Parcel&) { return {Delivery::Fate::unreachable, kNo}; }
std::string SmtpConnection::probe() { return kNo; }

}  // namespace gatehouse::outbound
