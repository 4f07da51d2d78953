-- How often a session was refreshed in the window that ends then: its limit is decided by the statement that rotates.
ALTER TABLE gh_sessions ADD COLUMN refreshes INT NOT NULL DEFAULT 0, ADD COLUMN refreshes_until BIGINT NOT NULL DEFAULT 0
