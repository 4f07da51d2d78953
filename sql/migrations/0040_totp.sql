-- A person's second factor. Until `confirmed_at` it is only offered. `last_step` is the newest step a code was taken of:
-- each is good once.
CREATE TABLE gh_totp (
  user_id BIGINT NOT NULL,
  sealed_seed VARBINARY(255) NOT NULL,
  created_at BIGINT NOT NULL,
  confirmed_at BIGINT NULL,
  last_step BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id)
) ENGINE=InnoDB
