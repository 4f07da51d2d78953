-- A flood is counted, not recorded: beyond the first few rows of gh_audit, one row here says how many there were of one
-- event from one source (or of one user) in one minute.
CREATE TABLE gh_audit_counts (
  bucket BINARY(32) NOT NULL,
  minute BIGINT NOT NULL,
  event VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id BIGINT NULL,
  address VARBINARY(16) NOT NULL,
  events INT NOT NULL,
  PRIMARY KEY (bucket, minute),
  KEY gh_audit_counts_minute (minute)
) ENGINE=InnoDB
