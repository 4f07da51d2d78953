-- The account of `gatehouse mail send`, not of an executable: it takes up what waits, says what became of it, and sees whom
-- to write to. What a mail says only the sender's key opens.
GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_mail'@'localhost';
GRANT SELECT (id, kind, user_id, recipient, letter, state, created_at, due_at, claim, attempts), UPDATE (recipient, letter, state, due_at, claim, attempts, ended_at, error) ON gh_outbox TO 'gh_mail'@'localhost';
GRANT SELECT (id, username, email, is_active, is_verified, language) ON gh_users TO 'gh_mail'@'localhost';
