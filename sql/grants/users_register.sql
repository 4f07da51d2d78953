GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_users_register'@'localhost';
GRANT SELECT (id, birth, username_key, email_key) ON gh_users TO 'gh_users_register'@'localhost';
GRANT INSERT (birth, username, username_key, email, email_key, full_name, created_at, updated_at, language) ON gh_users TO 'gh_users_register'@'localhost';
GRANT SELECT (hash, user_id, purpose, used_at), INSERT (hash, user_id, purpose, email, created_at, expires_at), UPDATE (used_at) ON gh_email_tokens TO 'gh_users_register'@'localhost';
GRANT SELECT (purpose, email_key, used_at, expires_at) ON gh_recovery_tokens TO 'gh_users_register'@'localhost';
GRANT SELECT (addressee, created_at), INSERT (id, kind, user_id, recipient, addressee, letter, state, created_at, due_at, ended_at) ON gh_outbox TO 'gh_users_register'@'localhost';
GRANT INSERT (user_id, hash, changed_at) ON gh_passwords TO 'gh_users_register'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_users_register'@'localhost';
-- Whole tables where a statement reads ON DUPLICATE KEY UPDATE: MariaDB asks for UPDATE on every column it inserts (1143).
GRANT SELECT (users), INSERT, UPDATE ON gh_user_counts TO 'gh_users_register'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_users_register'@'localhost';
