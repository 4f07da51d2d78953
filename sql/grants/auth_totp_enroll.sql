GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (kid, algorithm, public_key, signs_from, retires_at) ON gh_signing_keys TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (id, user_id, authenticated_at, amr, last_used_at, expires_at, ends_at, ended_at), UPDATE (last_used_at) ON gh_sessions TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (jti) ON gh_revoked_tokens TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (id, username, email, full_name, role, is_active, is_verified, created_at, updated_at, language) ON gh_users TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (name, place) ON gh_roles TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (role, kind, word) ON gh_role_rights TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (id, name) ON gh_groups TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (group_id, kind, word) ON gh_group_rights TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (user_id, group_id) ON gh_group_members TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (user_id, confirmed_at), INSERT (user_id, sealed_seed, created_at), UPDATE (sealed_seed, created_at, last_step) ON gh_totp TO 'gh_auth_totp_enroll'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_auth_totp_enroll'@'localhost';
-- Whole tables where a statement reads ON DUPLICATE KEY UPDATE: MariaDB asks for UPDATE on every column it inserts (1143).
GRANT SELECT (bucket, minute, events), INSERT, UPDATE ON gh_audit_counts TO 'gh_auth_totp_enroll'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_auth_totp_enroll'@'localhost';
