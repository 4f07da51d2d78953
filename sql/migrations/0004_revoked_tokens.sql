-- The deny list: access tokens that died before their time, until they would have died anyway.
CREATE TABLE gh_revoked_tokens (
  jti BINARY(16) NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (jti),
  KEY gh_revoked_tokens_expires (expires_at)
) ENGINE=InnoDB
