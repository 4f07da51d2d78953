-- Mail, written in the unit that causes it and sent after. `recipient` is an address, or empty: the account's, as it is
-- when the mail is sent. `letter` is what only the sender can open; both are blanked when it was sent or given up.
-- `addressee` is a hash of kind and account or address, by which mails are counted. What `state` calls nobody's is
-- never sent.
CREATE TABLE gh_outbox (
  id BINARY(16) NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id BIGINT NULL,
  recipient VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  addressee BINARY(32) NOT NULL,
  letter VARBINARY(4096) NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'waiting',
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claim BINARY(16) NULL,
  attempts INT NOT NULL DEFAULT 0,
  ended_at BIGINT NULL,
  error VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  PRIMARY KEY (id),
  KEY gh_outbox_state (state, due_at),
  KEY gh_outbox_addressee (addressee, created_at),
  KEY gh_outbox_user (user_id),
  KEY gh_outbox_ended (ended_at)
) ENGINE=InnoDB
