-- One login, one session, one refresh family. refresh_jti is the only refresh token that is good; the previous one, its
-- sealed successor and the hash of the retry key serve the honest retry. The row stays until ends_at, so that a replay
-- is still known for one.
CREATE TABLE gh_sessions (
  id BINARY(16) NOT NULL,
  user_id BIGINT NOT NULL,
  refresh_jti BINARY(16) NOT NULL,
  previous_jti BINARY(16) NULL,
  successor VARBINARY(4096) NULL,
  retry_key_hash BINARY(32) NULL,
  rotated_at BIGINT NULL,
  scopes VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  authenticated_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ended_at BIGINT NULL,
  ended_why VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  address VARBINARY(16) NOT NULL,
  user_agent VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id),
  KEY gh_sessions_user (user_id, ended_at, created_at),
  KEY gh_sessions_ends (ends_at)
) ENGINE=InnoDB
