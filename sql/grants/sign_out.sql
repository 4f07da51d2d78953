GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_sign_out'@'localhost';
GRANT SELECT (id, user_id, scopes, cookie_hash, authenticated_at, last_used_at, expires_at, ends_at, ended_at), UPDATE (ended_at, ended_why, successor) ON gh_sessions TO 'gh_sign_out'@'localhost';
GRANT SELECT (id, username, email, full_name, role, is_active, is_verified, created_at, updated_at) ON gh_users TO 'gh_sign_out'@'localhost';
GRANT SELECT (name, place) ON gh_roles TO 'gh_sign_out'@'localhost';
GRANT SELECT (role, kind, word) ON gh_role_rights TO 'gh_sign_out'@'localhost';
GRANT SELECT (id, name) ON gh_groups TO 'gh_sign_out'@'localhost';
GRANT SELECT (group_id, kind, word) ON gh_group_rights TO 'gh_sign_out'@'localhost';
GRANT SELECT (user_id, group_id) ON gh_group_members TO 'gh_sign_out'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_sign_out'@'localhost';
