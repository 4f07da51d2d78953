-- How much of an allowance (of a key, of a user at one endpoint) is drawn in one window, by all processes together.
CREATE TABLE gh_allowances (
  bucket BINARY(32) NOT NULL,
  window_ends_at BIGINT NOT NULL,
  drawn BIGINT NOT NULL,
  PRIMARY KEY (bucket, window_ends_at),
  KEY gh_allowances_window (window_ends_at)
) ENGINE=InnoDB
