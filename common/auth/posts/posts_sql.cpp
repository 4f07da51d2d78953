// SPDX-License-Identifier: Apache-2.0
#include "auth/posts/posts_sql.h"

namespace gatehouse::posts {

using db::Kind;
using db::Statement;

const Statement kList(Kind::read, "posts.list",
                      "SELECT id, owner_id, title, body, created_at, updated_at FROM gh_posts"
                      " WHERE id < ? ORDER BY id DESC LIMIT ?");

const Statement kFind(Kind::read, "posts.find",
                      "SELECT id, owner_id, title, body, created_at, updated_at FROM gh_posts WHERE id = ?");

const Statement kInsert(Kind::write, "posts.insert",
                        "INSERT INTO gh_posts (birth, owner_id, title, body, created_at, updated_at)"
                        " VALUES (?, ?, ?, ?, ?, ?)");

const Statement kFindByBirth(Kind::read, "posts.find_by_birth", "SELECT id FROM gh_posts WHERE birth = ?");

const Statement kUpdate(Kind::write, "posts.update",
                        "UPDATE gh_posts SET title = ?, body = ?, updated_at = ? WHERE id = ?");

const Statement kDelete(Kind::write, "posts.delete", "DELETE FROM gh_posts WHERE id = ?");

}  // namespace gatehouse::posts
