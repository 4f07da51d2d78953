-- Private halves, sealed with the master key, which is not in the database.
CREATE TABLE gh_signing_key_secrets (
  kid VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sealed VARBINARY(4096) NOT NULL,
  PRIMARY KEY (kid)
) ENGINE=InnoDB
