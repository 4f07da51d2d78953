// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/listing_sql.h"

namespace gatehouse::administration {

using db::Kind;
using db::Statement;

// One for each index.
const Statement kPage(
    Kind::read, "administration.page",
    "SELECT id, username, email, full_name, role, is_active, is_verified, created_at, updated_at, language"
    " FROM gh_users WHERE id > ? ORDER BY id LIMIT ? OFFSET ?");

const Statement kPageOfRole(
    Kind::read, "administration.page_of_role",
    "SELECT id, username, email, full_name, role, is_active, is_verified, created_at, updated_at, language"
    " FROM gh_users WHERE role = ? AND id > ? ORDER BY id LIMIT ? OFFSET ?");

const Statement kPageOfActive(
    Kind::read, "administration.page_of_active",
    "SELECT id, username, email, full_name, role, is_active, is_verified, created_at, updated_at, language"
    " FROM gh_users WHERE is_active = ? AND id > ? ORDER BY id LIMIT ? OFFSET ?");

const Statement kPageOfBoth(
    Kind::read, "administration.page_of_both",
    "SELECT id, username, email, full_name, role, is_active, is_verified, created_at, updated_at, language"
    " FROM gh_users WHERE role = ? AND is_active = ? AND id > ? ORDER BY id LIMIT ? OFFSET ?");

// Up to where a page of a search looks, where there is more.
const Statement kNamesEnd(Kind::read, "administration.names_end",
                          "SELECT username_key, id FROM gh_users WHERE username_key >= ? AND username_key <= ?"
                          " ORDER BY username_key LIMIT 1 OFFSET ?");

const Statement kNames(
    Kind::read, "administration.names",
    "SELECT id, username, email, full_name, role, is_active, is_verified, created_at, updated_at, language, "
    "username_key"
    " FROM gh_users WHERE username_key >= ? AND username_key <= ?"
    " AND (? IS NULL OR role = ?) AND (? IS NULL OR is_active = ?) ORDER BY username_key LIMIT ? OFFSET ?");

const Statement kCountNames(Kind::read, "administration.count_names",
                            "SELECT COUNT(*) FROM gh_users WHERE username_key >= ? AND username_key <= ?"
                            " AND (? IS NULL OR role = ?) AND (? IS NULL OR is_active = ?)");

// Who was found by name is not found again.
const Statement kEmailsEnd(Kind::read, "administration.emails_end",
                           "SELECT email_key, id FROM gh_users WHERE email_key >= ? AND email_key <= ?"
                           " ORDER BY email_key LIMIT 1 OFFSET ?");

const Statement kEmails(
    Kind::read, "administration.emails",
    "SELECT id, username, email, full_name, role, is_active, is_verified, created_at, updated_at, language, email_key"
    " FROM gh_users WHERE email_key >= ? AND email_key <= ?"
    " AND (? IS NULL OR role = ?) AND (? IS NULL OR is_active = ?) AND LEFT(username_key, ?) <> ?"
    " ORDER BY email_key LIMIT ? OFFSET ?");

const Statement kCountEmails(Kind::read, "administration.count_emails",
                             "SELECT COUNT(*) FROM gh_users WHERE email_key >= ? AND email_key <= ?"
                             " AND (? IS NULL OR role = ?) AND (? IS NULL OR is_active = ?)"
                             " AND LEFT(username_key, ?) <> ?");

}  // namespace gatehouse::administration
