ALTER TABLE gh_users ADD COLUMN last_login_at BIGINT NULL
