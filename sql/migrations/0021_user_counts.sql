-- How many users there are of each role and state, kept in the unit that changes it; the sum over the shards is the
-- number, and a single shard may be below zero. Executables of before this migration do not count: when the last of them
-- is gone, `gatehouse user recount` puts it right.
CREATE TABLE gh_user_counts (
  role VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  is_active TINYINT NOT NULL,
  shard TINYINT NOT NULL,
  users BIGINT NOT NULL,
  PRIMARY KEY (role, is_active, shard)
) ENGINE=InnoDB
