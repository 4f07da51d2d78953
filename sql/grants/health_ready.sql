GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_health_ready'@'localhost';
