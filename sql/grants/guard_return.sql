GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_guard_return'@'localhost';
GRANT SELECT (hash, session_id, site, state, return_to, expires_at, used_at), UPDATE (used_at) ON gh_guard_codes TO 'gh_guard_return'@'localhost';
GRANT SELECT (id, user_id, expires_at, ends_at, ended_at) ON gh_sessions TO 'gh_guard_return'@'localhost';
-- Whole tables where a statement reads ON DUPLICATE KEY UPDATE: MariaDB asks for UPDATE on every column it inserts (1143).
GRANT SELECT (session_id, site, hash, created_at, ends_at), INSERT, UPDATE ON gh_guard_cookies TO 'gh_guard_return'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_guard_return'@'localhost';
GRANT SELECT (bucket, minute, events), INSERT, UPDATE ON gh_audit_counts TO 'gh_guard_return'@'localhost';
