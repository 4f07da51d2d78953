-- The database is asked only where RATE_LIMIT_STORE = mysql.
GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_root'@'localhost';
GRANT SELECT (slot, window_ends_at, used), INSERT (slot, window_ends_at, used), UPDATE (window_ends_at, used) ON gh_rate_slots TO 'gh_root'@'localhost';
