GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_auth_email_change_undo'@'localhost';
GRANT SELECT (id, username, email, is_active, is_verified), UPDATE (email, email_key, is_verified, updated_at) ON gh_users TO 'gh_auth_email_change_undo'@'localhost';
GRANT SELECT (hash, user_id, purpose, email, created_at, expires_at, used_at, claim), INSERT (hash, user_id, purpose, email, email_key, created_at, expires_at), UPDATE (used_at, claim) ON gh_recovery_tokens TO 'gh_auth_email_change_undo'@'localhost';
GRANT SELECT (user_id, used_at), UPDATE (used_at) ON gh_email_tokens TO 'gh_auth_email_change_undo'@'localhost';
GRANT SELECT (user_id, ended_at), UPDATE (ended_at, ended_why, successor) ON gh_sessions TO 'gh_auth_email_change_undo'@'localhost';
GRANT SELECT (user_id), DELETE ON gh_passwords TO 'gh_auth_email_change_undo'@'localhost';
GRANT SELECT (addressee, created_at), INSERT (id, kind, user_id, recipient, addressee, letter, state, created_at, due_at, ended_at) ON gh_outbox TO 'gh_auth_email_change_undo'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_auth_email_change_undo'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_auth_email_change_undo'@'localhost';
