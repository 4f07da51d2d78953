-- When somebody deleted their own account: it is switched off at once, and gone for good after PURGE_DELETED_DAYS.
ALTER TABLE gh_users ADD COLUMN deleted_at BIGINT NULL
