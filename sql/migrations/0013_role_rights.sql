-- What a role may do (kind 'permission') and what its people may be granted (kind 'scope'). Words that a build does not
-- know grant nothing there.
CREATE TABLE gh_role_rights (
  role VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  word VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (role, kind, word)
) ENGINE=InnoDB
