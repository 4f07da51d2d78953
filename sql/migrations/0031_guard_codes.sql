-- What the sign-in page gives a browser to take to a guarded site: good once, for a minute, for the browser that asked
-- (`state` is the hash of what that browser holds) and for the page it wanted.
CREATE TABLE gh_guard_codes (
  hash BINARY(32) NOT NULL,
  session_id BINARY(16) NOT NULL,
  site VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state BINARY(32) NOT NULL,
  return_to VARBINARY(2048) NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  PRIMARY KEY (hash),
  KEY gh_guard_codes_expires (expires_at)
) ENGINE=InnoDB
