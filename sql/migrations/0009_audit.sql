CREATE TABLE gh_audit (
  id BIGINT NOT NULL AUTO_INCREMENT,
  at BIGINT NOT NULL,
  event VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id BIGINT NULL,
  session_id BINARY(16) NULL,
  address VARBINARY(16) NOT NULL,
  user_agent VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (id),
  KEY gh_audit_at (at),
  KEY gh_audit_user (user_id, at)
) ENGINE=InnoDB
