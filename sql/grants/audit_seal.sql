-- The account of `gatehouse audit seal`, not of an executable: it reads what is on record, adds a seal or a note, and takes
-- away what retention lets go: whole hours, and addresses and user agents. It can't change anything else.
GRANT SELECT (version, oldest_reader) ON gh_migrations TO 'gh_audit_seal'@'localhost';
GRANT SELECT (id, at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id, detail), UPDATE (address, user_agent), DELETE ON gh_audit TO 'gh_audit_seal'@'localhost';
GRANT SELECT (hour, row_count, first_id, last_id, previous, digest, sealed_at, signature), INSERT (hour, row_count, first_id, last_id, previous, digest, sealed_at, signature) ON gh_audit_seals TO 'gh_audit_seal'@'localhost';
GRANT SELECT (hour), INSERT (hour, dropped_at, signature) ON gh_audit_drops TO 'gh_audit_seal'@'localhost';
GRANT SELECT (hour, digest), INSERT (hour, blanked_at, digest, signature) ON gh_audit_blanks TO 'gh_audit_seal'@'localhost';
