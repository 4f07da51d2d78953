-- Who did it, where that is not the user it was done to, with which key, and what changed ("user -> admin").
ALTER TABLE gh_audit
  ADD COLUMN actor_id BIGINT NULL,
  ADD COLUMN key_id BINARY(16) NULL,
  ADD COLUMN detail VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  ADD KEY gh_audit_event (event, at)
