// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/process.h"

namespace gatehouse::outbox {

// What is written about; each has a template of its name.
enum class Topic {
  verify_email,        // token
  reset_password,      // token
  address_in_use,      // somebody tried to register with it
  change_email,        // token; to the new address
  email_changed,       // token that undoes it; to the old address
  new_sign_in,         // a login from an address that is not known; address, user_agent
  account_locked,      // address
  factor_guessed,      // the same of the second factor: somebody has the password; address
  password_changed,    //
  password_reset,      //
  api_key_made,        // name, prefix
  factor_added,        //
  factor_removed,      //
  recovery_code_used,  // left: how many
};

std::string_view name_of(Topic topic);
// nullopt for one of another build.
std::optional<Topic> topic_named(std::string_view name);
std::vector<Topic> all_topics();

// One mail has one recipient: the address of the account, as it is when the mail is sent; or another that is named,
// where that is what the mail is about. Nobody: for the same work where there is no such account, and never sent.
struct Addressee {
  std::optional<UserId> user{};
  std::string address{};  // "": the account's

  static Addressee account(UserId user) { return {.user = user}; }
  static Addressee at(std::optional<UserId> user, std::string address) { return {user, std::move(address)}; }
  static Addressee nobody(std::string address) { return {std::nullopt, std::move(address), true}; }
  bool is_nobody = false;
};

// What the template is filled in with, besides what it knows of the account and the moment.
struct Filling {
  std::string_view name;
  std::string_view value;
};

// A mail, sealed: what it says can be opened by the sender only (`gatehouse mail send`).
struct Letter {
  MailId id{};
  Topic topic{};
  Addressee to{};
  std::string sealed{};
};

// Whether this installation sends mail at all.
bool is_on(const Settings& settings);

// Before the unit. Where no mail is sent, an empty one that `post` passes over.
Letter write(const Occasion& occasion, Topic topic, Addressee to, std::initializer_list<Filling> fillings = {});

// Inside the unit that is the reason for it: the mail leaves when that was committed, and not at all where it was not.
// False: this account or address got as many of the kind as MAIL_LIMIT lets it, and nothing was written.
bool post(db::Work& work, const Occasion& occasion, const Letter& letter);

}  // namespace gatehouse::outbox
