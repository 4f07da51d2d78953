GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_sign_in'@'localhost';
GRANT SELECT (id, username, username_key, email, email_key, full_name, role, is_active, is_verified, created_at, updated_at, language, last_login_at), UPDATE (last_login_at) ON gh_users TO 'gh_sign_in'@'localhost';
GRANT SELECT (name, place) ON gh_roles TO 'gh_sign_in'@'localhost';
GRANT SELECT (role, kind, word) ON gh_role_rights TO 'gh_sign_in'@'localhost';
GRANT SELECT (id, name) ON gh_groups TO 'gh_sign_in'@'localhost';
GRANT SELECT (group_id, kind, word) ON gh_group_rights TO 'gh_sign_in'@'localhost';
GRANT SELECT (user_id, group_id) ON gh_group_members TO 'gh_sign_in'@'localhost';
GRANT SELECT (user_id, hash), UPDATE (hash) ON gh_passwords TO 'gh_sign_in'@'localhost';
GRANT SELECT (id, user_id, scopes, cookie_hash, authenticated_at, amr, created_at, last_used_at, expires_at, ends_at, ended_at), INSERT, UPDATE (last_used_at, expires_at, ended_at, ended_why, successor) ON gh_sessions TO 'gh_sign_in'@'localhost';
-- Whole tables where a statement reads ON DUPLICATE KEY UPDATE: MariaDB asks for UPDATE on every column it inserts (1143).
GRANT SELECT, INSERT, UPDATE, DELETE ON gh_throttle TO 'gh_sign_in'@'localhost';
GRANT SELECT, INSERT, UPDATE ON gh_known_addresses TO 'gh_sign_in'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_sign_in'@'localhost';
GRANT SELECT (bucket, minute, events), INSERT, UPDATE ON gh_audit_counts TO 'gh_sign_in'@'localhost';
GRANT INSERT (hash, session_id, site, state, return_to, expires_at) ON gh_guard_codes TO 'gh_sign_in'@'localhost';
GRANT SELECT (user_id, confirmed_at) ON gh_totp TO 'gh_sign_in'@'localhost';
GRANT INSERT (hash, user_id, account, scopes, created_at, expires_at) ON gh_login_steps TO 'gh_sign_in'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_sign_in'@'localhost';
