-- hash: SHA-256 of a kind label and the key. A living key holds its name ('' for the nameless one) and one of its owner's
-- 26 slots (0 for the nameless one); a revoked one holds neither. The unique keys decide among many at once.
CREATE TABLE gh_api_keys (
  id BINARY(16) NOT NULL,
  user_id BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  prefix VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  live_name VARBINARY(256) NULL,
  slot TINYINT NULL,
  scopes VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  requests_per_minute INT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NULL,
  last_used_at BIGINT NULL,
  revoked_at BIGINT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY gh_api_keys_hash (hash),
  UNIQUE KEY gh_api_keys_name (user_id, live_name),
  UNIQUE KEY gh_api_keys_slot (user_id, slot),
  KEY gh_api_keys_revoked (revoked_at)
) ENGINE=InnoDB
