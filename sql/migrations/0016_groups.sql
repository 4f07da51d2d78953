-- birth as in gh_users: a re-run after a lost COMMIT knows its own row by it.
CREATE TABLE gh_groups (
  id BIGINT NOT NULL AUTO_INCREMENT,
  birth BINARY(16) NOT NULL,
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY gh_groups_name (name)
) ENGINE=InnoDB
