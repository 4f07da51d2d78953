-- username and email as typed; the _key columns are their canonical forms, and decide who is who.
-- role, is_active and is_verified have defaults, so that who may only register needs no right to choose them.
-- birth is drawn before the unit that creates the row, so that a re-run after a lost COMMIT knows its own.
CREATE TABLE gh_users (
  id BIGINT NOT NULL AUTO_INCREMENT,
  birth BINARY(16) NOT NULL,
  username VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  username_key VARBINARY(50) NOT NULL,
  email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email_key VARBINARY(254) NOT NULL,
  full_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  role VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'user',
  is_active TINYINT NOT NULL DEFAULT 1,
  is_verified TINYINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY gh_users_username (username_key),
  UNIQUE KEY gh_users_email (email_key)
) ENGINE=InnoDB
