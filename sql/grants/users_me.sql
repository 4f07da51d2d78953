GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_users_me'@'localhost';
GRANT SELECT (kid, algorithm, public_key, signs_from, retires_at) ON gh_signing_keys TO 'gh_users_me'@'localhost';
GRANT SELECT (id, user_id, authenticated_at, last_used_at, expires_at, ends_at, ended_at), UPDATE (last_used_at, ended_at, ended_why, successor) ON gh_sessions TO 'gh_users_me'@'localhost';
GRANT SELECT (jti) ON gh_revoked_tokens TO 'gh_users_me'@'localhost';
GRANT SELECT (id, username, email, full_name, role, is_active, is_verified, created_at, updated_at) ON gh_users TO 'gh_users_me'@'localhost';
GRANT UPDATE (full_name, email, email_key, is_verified, is_active, updated_at) ON gh_users TO 'gh_users_me'@'localhost';
GRANT INSERT (at, event, user_id, session_id, address, user_agent, request_id) ON gh_audit TO 'gh_users_me'@'localhost';
