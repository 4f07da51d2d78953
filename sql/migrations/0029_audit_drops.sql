-- One row says that retention dropped the audit rows of one sealed hour, signed by the key of the seals: without one, rows
-- that are missing were removed.
CREATE TABLE gh_audit_drops (
  hour BIGINT NOT NULL,
  dropped_at BIGINT NOT NULL,
  signature VARBINARY(128) NOT NULL,
  PRIMARY KEY (hour)
) ENGINE=InnoDB
