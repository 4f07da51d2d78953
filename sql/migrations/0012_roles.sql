-- A hierarchy: a minimum role lets those with a higher place pass. Operators may put roles of their own between.
CREATE TABLE gh_roles (
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  place INT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB
