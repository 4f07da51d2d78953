-- Public halves. Published from created_at, signing from signs_from, good until retires_at (NULL: not yet decided).
CREATE TABLE gh_signing_keys (
  kid VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  algorithm VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  public_key VARBINARY(1024) NOT NULL,
  created_at BIGINT NOT NULL,
  signs_from BIGINT NOT NULL,
  retires_at BIGINT NULL,
  PRIMARY KEY (kid)
) ENGINE=InnoDB
