-- In place of a code, once each.
CREATE TABLE gh_recovery_codes (
  user_id BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  PRIMARY KEY (user_id, hash)
) ENGINE=InnoDB
