-- In this order, since each bearer check asks for one user's groups.
CREATE TABLE gh_group_members (
  user_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, group_id),
  KEY gh_group_members_group (group_id, user_id)
) ENGINE=InnoDB
