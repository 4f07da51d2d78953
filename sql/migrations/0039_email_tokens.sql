-- What a mail bears to prove that somebody reads it, beside what proves whose the account is: worth nothing alone. Good
-- once, until it expires, and while it is the newest of its purpose. `email` is the address that it was sent to. Those of
-- a negative user are nobody's: written where there is no such account, so that it takes the same work. `claim` is drawn
-- by who uses it, and tells them that an earlier run of theirs did.
CREATE TABLE gh_email_tokens (
  hash BINARY(32) NOT NULL,
  user_id BIGINT NOT NULL,
  purpose VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  claim BINARY(16) NULL,
  PRIMARY KEY (hash),
  KEY gh_email_tokens_user (user_id, purpose),
  KEY gh_email_tokens_expires (expires_at)
) ENGINE=InnoDB
