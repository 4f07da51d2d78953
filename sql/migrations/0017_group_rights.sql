-- What membership adds to a person's role, in the words of gh_role_rights.
CREATE TABLE gh_group_rights (
  group_id BIGINT NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  word VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (group_id, kind, word)
) ENGINE=InnoDB
