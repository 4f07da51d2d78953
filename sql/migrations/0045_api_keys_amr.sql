-- The `amr` of the session that made it.
ALTER TABLE gh_api_keys ADD COLUMN amr VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'pwd'
