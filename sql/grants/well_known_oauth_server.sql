GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_well_known_oauth_server'@'localhost';
GRANT SELECT (kid, algorithm, public_key, signs_from, retires_at) ON gh_signing_keys TO 'gh_well_known_oauth_server'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_well_known_oauth_server'@'localhost';
