-- One row says that retention took addresses and user agents out of the audit rows of one sealed hour, and what the rest
-- comes to, signed by the key of the seals: without one, rows that are different were changed.
CREATE TABLE gh_audit_blanks (
  hour BIGINT NOT NULL,
  blanked_at BIGINT NOT NULL,
  digest BINARY(32) NOT NULL,
  signature VARBINARY(128) NOT NULL,
  PRIMARY KEY (hour)
) ENGINE=InnoDB
