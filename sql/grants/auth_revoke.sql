GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_auth_revoke'@'localhost';
GRANT SELECT (kid, algorithm, public_key, signs_from, retires_at) ON gh_signing_keys TO 'gh_auth_revoke'@'localhost';
GRANT SELECT (id, user_id, ends_at, ended_at), UPDATE (ended_at, ended_why, successor) ON gh_sessions TO 'gh_auth_revoke'@'localhost';
GRANT INSERT (jti, expires_at) ON gh_revoked_tokens TO 'gh_auth_revoke'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail) ON gh_audit TO 'gh_auth_revoke'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_auth_revoke'@'localhost';
