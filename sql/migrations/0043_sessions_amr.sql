-- How its owner proved who they are, in the words of RFC 8176: "pwd", "pwd otp mfa". Sessions from before had a password.
ALTER TABLE gh_sessions ADD COLUMN amr VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'pwd'
