GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_auth_forgot_password'@'localhost';
GRANT SELECT (id, email, email_key, is_active, is_verified, is_service) ON gh_users TO 'gh_auth_forgot_password'@'localhost';
GRANT SELECT (hash, user_id, purpose, used_at), INSERT (hash, user_id, purpose, email, email_key, created_at, expires_at), UPDATE (used_at) ON gh_recovery_tokens TO 'gh_auth_forgot_password'@'localhost';
GRANT SELECT (addressee, created_at), INSERT (id, kind, user_id, recipient, addressee, letter, state, created_at, due_at, ended_at) ON gh_outbox TO 'gh_auth_forgot_password'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_auth_forgot_password'@'localhost';
-- Whole tables where a statement reads ON DUPLICATE KEY UPDATE: MariaDB asks for UPDATE on every column it inserts (1143).
GRANT SELECT (bucket, minute, events), INSERT, UPDATE ON gh_audit_counts TO 'gh_auth_forgot_password'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_auth_forgot_password'@'localhost';
