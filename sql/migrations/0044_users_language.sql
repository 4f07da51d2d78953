-- In which mail is written to them; NULL: MAIL_LANGUAGE.
ALTER TABLE gh_users ADD COLUMN language VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL
