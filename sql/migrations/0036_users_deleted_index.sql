-- By it the sweep finds whose time has come.
ALTER TABLE gh_users ADD KEY gh_users_deleted (deleted_at)
