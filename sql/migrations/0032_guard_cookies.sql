-- The guard's own cookie: one for each session and origin of a site, since browsers keep cookies by host, good there only, dead with its session.
CREATE TABLE gh_guard_cookies (
  session_id BINARY(16) NOT NULL,
  site VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  origin VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash BINARY(32) NOT NULL,
  created_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (session_id, site, origin),
  KEY gh_guard_cookies_ends (ends_at)
) ENGINE=InnoDB
