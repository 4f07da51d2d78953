GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_users_register'@'localhost';
GRANT SELECT (id, birth, username_key, email_key) ON gh_users TO 'gh_users_register'@'localhost';
GRANT INSERT ON gh_users TO 'gh_users_register'@'localhost';
GRANT INSERT ON gh_passwords TO 'gh_users_register'@'localhost';
GRANT INSERT ON gh_audit TO 'gh_users_register'@'localhost';
