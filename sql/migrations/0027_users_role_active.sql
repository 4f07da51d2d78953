-- For the list of users by both: without it few who are inactive would be looked for among all who have a common role.
ALTER TABLE gh_users ADD KEY gh_users_role_active (role, is_active, id)
