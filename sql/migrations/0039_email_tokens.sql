-- What a mail bears to prove that somebody reads it: good once, until it expires, and while it is the newest of its
-- purpose. `email` is the address it was sent to.
CREATE TABLE gh_email_tokens (
  hash BINARY(32) NOT NULL,
  user_id BIGINT NOT NULL,
  purpose VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  PRIMARY KEY (hash),
  KEY gh_email_tokens_user (user_id, purpose),
  KEY gh_email_tokens_expires (expires_at)
) ENGINE=InnoDB
