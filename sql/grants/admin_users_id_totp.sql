GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (kid, algorithm, public_key, signs_from, retires_at) ON gh_signing_keys TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (id, user_id, authenticated_at, amr, last_used_at, expires_at, ends_at, ended_at), UPDATE (last_used_at, ended_at, ended_why, successor) ON gh_sessions TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (jti) ON gh_revoked_tokens TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (id, username, email, full_name, role, is_active, is_verified, created_at, updated_at, language) ON gh_users TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (name, place) ON gh_roles TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (role, kind, word) ON gh_role_rights TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (id, name) ON gh_groups TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (group_id, kind, word) ON gh_group_rights TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (user_id, group_id) ON gh_group_members TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (user_id), DELETE ON gh_totp TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (user_id), DELETE ON gh_recovery_codes TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (subject), DELETE ON gh_throttle TO 'gh_admin_users_id_totp'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_admin_users_id_totp'@'localhost';
-- Whole tables where a statement reads ON DUPLICATE KEY UPDATE: MariaDB asks for UPDATE on every column it inserts (1143).
GRANT SELECT (bucket, minute, events), INSERT, UPDATE ON gh_audit_counts TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (addressee, created_at), INSERT (id, kind, user_id, recipient, addressee, letter, state, created_at, due_at, ended_at) ON gh_outbox TO 'gh_admin_users_id_totp'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_admin_users_id_totp'@'localhost';
