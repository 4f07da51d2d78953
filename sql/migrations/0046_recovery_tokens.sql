-- The same of what takes an account over by itself: another password, the old address again. A table of its own, so that
-- few executables can write one. `email` is the address that it is about; of an operator's token none.
CREATE TABLE gh_recovery_tokens (
  hash BINARY(32) NOT NULL,
  user_id BIGINT NOT NULL,
  purpose VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email_key VARBINARY(254) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  claim BINARY(16) NULL,
  PRIMARY KEY (hash),
  KEY gh_recovery_tokens_user (user_id, purpose),
  KEY gh_recovery_tokens_email (email_key),
  KEY gh_recovery_tokens_expires (expires_at)
) ENGINE=InnoDB
