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
GRANT SELECT (expires_at), DELETE ON gh_guard_codes TO 'gh_sweep'@'localhost';
GRANT SELECT (ends_at), DELETE ON gh_guard_cookies TO 'gh_sweep'@'localhost';
