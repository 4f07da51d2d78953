INSERT IGNORE INTO gh_user_counts (role, is_active, shard, users)
SELECT role, is_active, 0, COUNT(*) FROM gh_users GROUP BY role, is_active
