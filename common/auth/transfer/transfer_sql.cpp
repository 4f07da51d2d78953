// SPDX-License-Identifier: Apache-2.0
#include "auth/transfer/transfer_sql.h"

namespace gatehouse::transfer {

// Who has an address, and whether anybody has a name.
const db::Statement kHolders(db::Kind::read, "transfer.holders",
                             "SELECT (SELECT username_key FROM gh_users WHERE email_key = ?),"
                             " (SELECT birth FROM gh_users WHERE email_key = ?),"
                             " EXISTS (SELECT 1 FROM gh_users WHERE username_key = ?)");

const db::Statement kInsertUser(db::Kind::write, "transfer.insert_user",
                                "INSERT INTO gh_users (birth, username, username_key, email, email_key, full_name,"
                                " role, is_active, is_verified, created_at, updated_at)"
                                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

const db::Statement kPage(db::Kind::read, "transfer.page",
                          "SELECT id, username, email, full_name, role, is_active, is_verified, created_at"
                          " FROM gh_users WHERE id > ? ORDER BY id LIMIT 500");

const db::Statement kPageWithHashes(db::Kind::read, "transfer.page_with_hashes",
                                    "SELECT u.id, u.username, u.email, u.full_name, u.role, u.is_active,"
                                    " u.is_verified, u.created_at, p.hash FROM gh_users u"
                                    " LEFT JOIN gh_passwords p ON p.user_id = u.id"
                                    " WHERE u.id > ? ORDER BY u.id LIMIT 500");

}  // namespace gatehouse::transfer
