-- A service user has no password and never gets one; it acts by API keys only.
ALTER TABLE gh_users
  ADD COLUMN is_service TINYINT NOT NULL DEFAULT 0,
  ADD KEY gh_users_role (role, id),
  ADD KEY gh_users_active (is_active, id)
