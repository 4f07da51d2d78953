GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (id, username, email, is_active, is_verified), UPDATE (is_verified, updated_at) ON gh_users TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (hash, user_id, purpose, email, created_at, expires_at, used_at, claim), UPDATE (used_at, claim) ON gh_recovery_tokens TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (user_id, used_at), UPDATE (used_at) ON gh_email_tokens TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (user_id, ended_at), UPDATE (ended_at, ended_why, successor) ON gh_sessions TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (id, user_id, name, prefix, slot, created_at, expires_at, revoked_at, last_used_at), UPDATE (revoked_at, live_name, slot) ON gh_api_keys TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (user_id), INSERT (user_id, hash, changed_at), UPDATE (hash, changed_at) ON gh_passwords TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (user_id), DELETE ON gh_totp TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (user_id), DELETE ON gh_recovery_codes TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (subject), DELETE ON gh_throttle TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (subject), DELETE ON gh_known_addresses TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (addressee, created_at), INSERT (id, kind, user_id, recipient, addressee, letter, state, created_at, due_at, ended_at) ON gh_outbox TO 'gh_auth_reset_password'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_auth_reset_password'@'localhost';
-- Whole tables where a statement reads ON DUPLICATE KEY UPDATE: MariaDB asks for UPDATE on every column it inserts (1143).
GRANT SELECT (bucket, minute, events), INSERT, UPDATE ON gh_audit_counts TO 'gh_auth_reset_password'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_auth_reset_password'@'localhost';
