-- Failed guesses at an account (subject: a hash) from one address; the row with the empty address counts them all.
CREATE TABLE gh_throttle (
  subject BINARY(32) NOT NULL,
  address VARBINARY(16) NOT NULL,
  failures INT NOT NULL,
  window_ends_at BIGINT NOT NULL,
  locked_until BIGINT NOT NULL,
  PRIMARY KEY (subject, address),
  KEY gh_throttle_window (window_ends_at)
) ENGINE=InnoDB
