-- The account of `gatehouse sweep`, not of an executable: it may take away what has run out, and see no more than when.
GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_sweep'@'localhost';
GRANT SELECT (ends_at), DELETE ON gh_sessions TO 'gh_sweep'@'localhost';
GRANT SELECT (expires_at), DELETE ON gh_revoked_tokens TO 'gh_sweep'@'localhost';
GRANT SELECT (window_ends_at), DELETE ON gh_throttle TO 'gh_sweep'@'localhost';
GRANT SELECT (window_ends_at), DELETE ON gh_allowances TO 'gh_sweep'@'localhost';
GRANT SELECT (revoked_at), DELETE ON gh_api_keys TO 'gh_sweep'@'localhost';
GRANT SELECT (last_login_at), DELETE ON gh_known_addresses TO 'gh_sweep'@'localhost';
GRANT SELECT (minute), DELETE ON gh_audit_counts TO 'gh_sweep'@'localhost';
GRANT SELECT (kid, retires_at) ON gh_signing_keys TO 'gh_sweep'@'localhost';
GRANT SELECT (kid), DELETE ON gh_signing_key_secrets TO 'gh_sweep'@'localhost';
GRANT SELECT (expires_at), DELETE ON gh_login_steps TO 'gh_sweep'@'localhost';
GRANT SELECT (expires_at), DELETE ON gh_guard_codes TO 'gh_sweep'@'localhost';
GRANT SELECT (ends_at), DELETE ON gh_guard_cookies TO 'gh_sweep'@'localhost';
GRANT SELECT (ended_at, state), DELETE ON gh_outbox TO 'gh_sweep'@'localhost';
GRANT SELECT (expires_at), DELETE ON gh_email_tokens TO 'gh_sweep'@'localhost';
GRANT SELECT (expires_at), DELETE ON gh_recovery_tokens TO 'gh_sweep'@'localhost';
-- To take addresses out of sessions (ADDRESS_RETENTION_DAYS) it need not see them.
GRANT SELECT (created_at), UPDATE (address, user_agent) ON gh_sessions TO 'gh_sweep'@'localhost';
-- To purge who deleted their own account (PURGE_DELETED_DAYS), with all that is theirs.
GRANT SELECT (id, role, is_active, updated_at, deleted_at), DELETE ON gh_users TO 'gh_sweep'@'localhost';
GRANT SELECT (user_id), DELETE ON gh_passwords TO 'gh_sweep'@'localhost';
GRANT SELECT (user_id), DELETE ON gh_group_members TO 'gh_sweep'@'localhost';
GRANT SELECT (owner_id), DELETE ON gh_posts TO 'gh_sweep'@'localhost';
GRANT SELECT (user_id), DELETE ON gh_totp TO 'gh_sweep'@'localhost';
GRANT SELECT (user_id), DELETE ON gh_recovery_codes TO 'gh_sweep'@'localhost';
GRANT SELECT (user_id) ON gh_login_steps TO 'gh_sweep'@'localhost';
GRANT SELECT (user_id) ON gh_sessions TO 'gh_sweep'@'localhost';
GRANT SELECT (user_id) ON gh_api_keys TO 'gh_sweep'@'localhost';
GRANT SELECT (user_id) ON gh_email_tokens TO 'gh_sweep'@'localhost';
GRANT SELECT (user_id) ON gh_recovery_tokens TO 'gh_sweep'@'localhost';
GRANT SELECT (subject) ON gh_throttle TO 'gh_sweep'@'localhost';
GRANT SELECT (subject) ON gh_known_addresses TO 'gh_sweep'@'localhost';
GRANT SELECT (users), INSERT, UPDATE ON gh_user_counts TO 'gh_sweep'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_sweep'@'localhost';
