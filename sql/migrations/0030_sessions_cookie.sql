-- A login from a browser also gets a cookie for pages: the session's id and a secret, whose hash stands here.
ALTER TABLE gh_sessions ADD COLUMN cookie_hash BINARY(32) NULL
