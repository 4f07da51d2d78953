GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_users_me'@'localhost';
GRANT SELECT (kid, algorithm, public_key, signs_from, retires_at) ON gh_signing_keys TO 'gh_users_me'@'localhost';
GRANT SELECT (id, user_id, authenticated_at, amr, last_used_at, expires_at, ends_at, ended_at), UPDATE (last_used_at, ended_at, ended_why, successor) ON gh_sessions TO 'gh_users_me'@'localhost';
GRANT SELECT (jti) ON gh_revoked_tokens TO 'gh_users_me'@'localhost';
GRANT SELECT (id, username, email, full_name, role, is_active, is_verified, created_at, updated_at, language) ON gh_users TO 'gh_users_me'@'localhost';
GRANT UPDATE (full_name, email, email_key, is_verified, language, is_active, updated_at, deleted_at) ON gh_users TO 'gh_users_me'@'localhost';
GRANT SELECT (name, place) ON gh_roles TO 'gh_users_me'@'localhost';
GRANT SELECT (role, kind, word) ON gh_role_rights TO 'gh_users_me'@'localhost';
GRANT SELECT (id, name) ON gh_groups TO 'gh_users_me'@'localhost';
GRANT SELECT (group_id, kind, word) ON gh_group_rights TO 'gh_users_me'@'localhost';
GRANT SELECT (user_id, group_id) ON gh_group_members TO 'gh_users_me'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_users_me'@'localhost';
-- Whole tables where a statement reads ON DUPLICATE KEY UPDATE: MariaDB asks for UPDATE on every column it inserts (1143).
GRANT SELECT (bucket, minute, events), INSERT, UPDATE ON gh_audit_counts TO 'gh_users_me'@'localhost';
GRANT SELECT (users), INSERT, UPDATE ON gh_user_counts TO 'gh_users_me'@'localhost';
GRANT SELECT (id, user_id, hash, scopes, amr, requests_per_minute, expires_at, revoked_at, last_used_at), UPDATE (last_used_at, revoked_at, live_name, slot) ON gh_api_keys TO 'gh_users_me'@'localhost';
GRANT SELECT (bucket, window_ends_at, drawn), INSERT (bucket, window_ends_at, drawn), UPDATE (drawn) ON gh_allowances TO 'gh_users_me'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_users_me'@'localhost';
