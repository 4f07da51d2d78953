-- Apart from gh_users, so that a grant on one table says who may see hashes.
CREATE TABLE gh_passwords (
  user_id BIGINT NOT NULL,
  hash VARBINARY(255) NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (user_id)
) ENGINE=InnoDB
