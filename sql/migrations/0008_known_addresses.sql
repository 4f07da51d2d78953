-- Where an account has logged in from before: still let in while strangers guess at it from everywhere.
CREATE TABLE gh_known_addresses (
  subject BINARY(32) NOT NULL,
  address VARBINARY(16) NOT NULL,
  last_login_at BIGINT NOT NULL,
  PRIMARY KEY (subject, address),
  KEY gh_known_addresses_last (last_login_at)
) ENGINE=InnoDB
