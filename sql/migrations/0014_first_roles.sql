INSERT IGNORE INTO gh_roles (name, place) VALUES ('user', 100), ('moderator', 200), ('admin', 300), ('super_admin', 400)
