-- The example resource, served where EXAMPLES = on.
CREATE TABLE gh_posts (
  id BIGINT NOT NULL AUTO_INCREMENT,
  birth BINARY(16) NOT NULL,
  owner_id BIGINT NOT NULL,
  title VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  body VARCHAR(10000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY gh_posts_birth (birth),
  KEY gh_posts_owner (owner_id, id)
) ENGINE=InnoDB
