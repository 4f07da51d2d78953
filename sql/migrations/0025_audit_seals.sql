-- One row seals the audit rows of one closed hour: a digest over them and over the seal before it, signed by a key that
-- only the operator's command reads.
CREATE TABLE gh_audit_seals (
  hour BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  first_id BIGINT NOT NULL,
  last_id BIGINT NOT NULL,
  previous BINARY(32) NOT NULL,
  digest BINARY(32) NOT NULL,
  signature VARBINARY(128) NOT NULL,
  sealed_at BIGINT NOT NULL,
  PRIMARY KEY (hour)
) ENGINE=InnoDB
