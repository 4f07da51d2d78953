-- Somebody's password was right, and the second factor is to follow. `account` is the hash of what the account was then:
-- any change of it makes this worth nothing.
CREATE TABLE gh_login_steps (
  hash BINARY(32) NOT NULL,
  user_id BIGINT NOT NULL,
  account BINARY(32) NOT NULL,
  scopes VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  tries INT NOT NULL DEFAULT 0,
  used_at BIGINT NULL,
  PRIMARY KEY (hash),
  KEY gh_login_steps_user (user_id),
  KEY gh_login_steps_expires (expires_at)
) ENGINE=InnoDB
