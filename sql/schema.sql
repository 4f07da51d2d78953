-- Generated from sql/migrations by its test; nothing reads it but people.

CREATE TABLE gh_allowances (
  bucket BINARY(32) NOT NULL,
  window_ends_at BIGINT NOT NULL,
  drawn BIGINT NOT NULL,
  PRIMARY KEY (bucket, window_ends_at),
  KEY gh_allowances_window (window_ends_at)
) ENGINE=InnoDB;

CREATE TABLE gh_api_keys (
  id BINARY(16) NOT NULL,
  user_id BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  prefix VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  live_name VARBINARY(256) NULL,
  slot TINYINT NULL,
  scopes VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  requests_per_minute INT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NULL,
  last_used_at BIGINT NULL,
  revoked_at BIGINT NULL,
  amr VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'pwd',
  PRIMARY KEY (id),
  UNIQUE KEY gh_api_keys_hash (hash),
  UNIQUE KEY gh_api_keys_name (user_id, live_name),
  UNIQUE KEY gh_api_keys_slot (user_id, slot),
  KEY gh_api_keys_revoked (revoked_at)
) ENGINE=InnoDB;

CREATE TABLE gh_audit (
  id BIGINT NOT NULL AUTO_INCREMENT,
  at BIGINT NOT NULL,
  event VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id BIGINT NULL,
  session_id BINARY(16) NULL,
  address VARBINARY(16) NOT NULL,
  user_agent VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_id BIGINT NULL,
  key_id BINARY(16) NULL,
  detail VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  PRIMARY KEY (id),
  KEY gh_audit_at (at),
  KEY gh_audit_event (event, at),
  KEY gh_audit_user (user_id, at)
) ENGINE=InnoDB;

CREATE TABLE gh_audit_blanks (
  hour BIGINT NOT NULL,
  blanked_at BIGINT NOT NULL,
  digest BINARY(32) NOT NULL,
  signature VARBINARY(128) NOT NULL,
  PRIMARY KEY (hour)
) ENGINE=InnoDB;

CREATE TABLE gh_audit_counts (
  bucket BINARY(32) NOT NULL,
  minute BIGINT NOT NULL,
  event VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id BIGINT NULL,
  address VARBINARY(16) NOT NULL,
  events INT NOT NULL,
  PRIMARY KEY (bucket, minute),
  KEY gh_audit_counts_minute (minute)
) ENGINE=InnoDB;

CREATE TABLE gh_audit_drops (
  hour BIGINT NOT NULL,
  dropped_at BIGINT NOT NULL,
  signature VARBINARY(128) NOT NULL,
  PRIMARY KEY (hour)
) ENGINE=InnoDB;

CREATE TABLE gh_audit_seals (
  hour BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  first_id BIGINT NOT NULL,
  last_id BIGINT NOT NULL,
  previous BINARY(32) NOT NULL,
  digest BINARY(32) NOT NULL,
  signature VARBINARY(128) NOT NULL,
  sealed_at BIGINT NOT NULL,
  PRIMARY KEY (hour),
  UNIQUE KEY gh_audit_seals_previous (previous)
) ENGINE=InnoDB;

CREATE TABLE gh_email_tokens (
  hash BINARY(32) NOT NULL,
  user_id BIGINT NOT NULL,
  purpose VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  claim BINARY(16) NULL,
  PRIMARY KEY (hash),
  KEY gh_email_tokens_expires (expires_at),
  KEY gh_email_tokens_user (user_id, purpose)
) ENGINE=InnoDB;

CREATE TABLE gh_group_members (
  user_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, group_id),
  KEY gh_group_members_group (group_id, user_id)
) ENGINE=InnoDB;

CREATE TABLE gh_group_rights (
  group_id BIGINT NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  word VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (group_id, kind, word)
) ENGINE=InnoDB;

CREATE TABLE gh_groups (
  id BIGINT NOT NULL AUTO_INCREMENT,
  birth BINARY(16) NOT NULL,
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY gh_groups_name (name)
) ENGINE=InnoDB;

CREATE TABLE gh_guard_codes (
  hash BINARY(32) NOT NULL,
  session_id BINARY(16) NOT NULL,
  site VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state BINARY(32) NOT NULL,
  return_to VARBINARY(2048) NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  PRIMARY KEY (hash),
  KEY gh_guard_codes_expires (expires_at)
) ENGINE=InnoDB;

CREATE TABLE gh_guard_cookies (
  session_id BINARY(16) NOT NULL,
  site VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  origin VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash BINARY(32) NOT NULL,
  created_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (session_id, site, origin),
  KEY gh_guard_cookies_ends (ends_at)
) ENGINE=InnoDB;

CREATE TABLE gh_known_addresses (
  subject BINARY(32) NOT NULL,
  address VARBINARY(16) NOT NULL,
  last_login_at BIGINT NOT NULL,
  PRIMARY KEY (subject, address),
  KEY gh_known_addresses_last (last_login_at)
) ENGINE=InnoDB;

CREATE TABLE gh_login_steps (
  hash BINARY(32) NOT NULL,
  user_id BIGINT NOT NULL,
  account BINARY(32) NOT NULL,
  scopes VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  tries INT NOT NULL DEFAULT 0,
  used_at BIGINT NULL,
  PRIMARY KEY (hash),
  KEY gh_login_steps_expires (expires_at),
  KEY gh_login_steps_user (user_id)
) ENGINE=InnoDB;

CREATE TABLE gh_migrations (
  version INT NOT NULL,
  name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  oldest_reader INT NOT NULL,
  applied_at BIGINT NOT NULL,
  PRIMARY KEY (version)
) ENGINE=InnoDB;

CREATE TABLE gh_outbox (
  id BINARY(16) NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id BIGINT NULL,
  recipient VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  addressee BINARY(32) NOT NULL,
  letter VARBINARY(4096) NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'waiting',
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claim BINARY(16) NULL,
  attempts INT NOT NULL DEFAULT 0,
  ended_at BIGINT NULL,
  error VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  PRIMARY KEY (id),
  KEY gh_outbox_addressee (addressee, created_at),
  KEY gh_outbox_ended (ended_at),
  KEY gh_outbox_state (state, due_at),
  KEY gh_outbox_user (user_id)
) ENGINE=InnoDB;

CREATE TABLE gh_passwords (
  user_id BIGINT NOT NULL,
  hash VARBINARY(255) NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (user_id)
) ENGINE=InnoDB;

CREATE TABLE gh_posts (
  id BIGINT NOT NULL AUTO_INCREMENT,
  birth BINARY(16) NOT NULL,
  owner_id BIGINT NOT NULL,
  title VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  body VARCHAR(10000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY gh_posts_birth (birth),
  KEY gh_posts_owner (owner_id, id)
) ENGINE=InnoDB;

CREATE TABLE gh_rate_slots (
  slot INT NOT NULL,
  window_ends_at BIGINT NOT NULL,
  used BIGINT NOT NULL,
  PRIMARY KEY (slot)
) ENGINE=InnoDB;

CREATE TABLE gh_recovery_codes (
  user_id BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  PRIMARY KEY (user_id, hash)
) ENGINE=InnoDB;

CREATE TABLE gh_recovery_tokens (
  hash BINARY(32) NOT NULL,
  user_id BIGINT NOT NULL,
  purpose VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email_key VARBINARY(254) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  claim BINARY(16) NULL,
  PRIMARY KEY (hash),
  KEY gh_recovery_tokens_email (email_key),
  KEY gh_recovery_tokens_expires (expires_at),
  KEY gh_recovery_tokens_user (user_id, purpose)
) ENGINE=InnoDB;

CREATE TABLE gh_revoked_tokens (
  jti BINARY(16) NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (jti),
  KEY gh_revoked_tokens_expires (expires_at)
) ENGINE=InnoDB;

CREATE TABLE gh_role_rights (
  role VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  word VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (role, kind, word)
) ENGINE=InnoDB;

CREATE TABLE gh_roles (
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  place INT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB;

CREATE TABLE gh_sessions (
  id BINARY(16) NOT NULL,
  user_id BIGINT NOT NULL,
  refresh_jti BINARY(16) NOT NULL,
  previous_jti BINARY(16) NULL,
  successor VARBINARY(4096) NULL,
  retry_key_hash BINARY(32) NULL,
  rotated_at BIGINT NULL,
  scopes VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  authenticated_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ended_at BIGINT NULL,
  ended_why VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  address VARBINARY(16) NOT NULL,
  user_agent VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  cookie_hash BINARY(32) NULL,
  refreshes INT NOT NULL DEFAULT 0,
  refreshes_until BIGINT NOT NULL DEFAULT 0,
  amr VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'pwd',
  PRIMARY KEY (id),
  KEY gh_sessions_ends (ends_at),
  KEY gh_sessions_user (user_id, ended_at, created_at)
) ENGINE=InnoDB;

CREATE TABLE gh_signing_key_secrets (
  kid VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sealed VARBINARY(4096) NOT NULL,
  PRIMARY KEY (kid)
) ENGINE=InnoDB;

CREATE TABLE gh_signing_keys (
  kid VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  algorithm VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  public_key VARBINARY(1024) NOT NULL,
  created_at BIGINT NOT NULL,
  signs_from BIGINT NOT NULL,
  retires_at BIGINT NULL,
  PRIMARY KEY (kid)
) ENGINE=InnoDB;

CREATE TABLE gh_throttle (
  subject BINARY(32) NOT NULL,
  address VARBINARY(16) NOT NULL,
  failures INT NOT NULL,
  window_ends_at BIGINT NOT NULL,
  locked_until BIGINT NOT NULL,
  PRIMARY KEY (subject, address),
  KEY gh_throttle_window (window_ends_at)
) ENGINE=InnoDB;

CREATE TABLE gh_totp (
  user_id BIGINT NOT NULL,
  sealed_seed VARBINARY(255) NOT NULL,
  created_at BIGINT NOT NULL,
  confirmed_at BIGINT NULL,
  last_step BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id)
) ENGINE=InnoDB;

CREATE TABLE gh_user_counts (
  role VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  is_active TINYINT NOT NULL,
  shard TINYINT NOT NULL,
  users BIGINT NOT NULL,
  PRIMARY KEY (role, is_active, shard)
) ENGINE=InnoDB;

CREATE TABLE gh_users (
  id BIGINT NOT NULL AUTO_INCREMENT,
  birth BINARY(16) NOT NULL,
  username VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  username_key VARBINARY(50) NOT NULL,
  email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email_key VARBINARY(254) NOT NULL,
  full_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  role VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'user',
  is_active TINYINT NOT NULL DEFAULT 1,
  is_verified TINYINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  last_login_at BIGINT NULL,
  is_service TINYINT NOT NULL DEFAULT 0,
  deleted_at BIGINT NULL,
  language VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (id),
  UNIQUE KEY gh_users_email (email_key),
  UNIQUE KEY gh_users_username (username_key),
  KEY gh_users_active (is_active, id),
  KEY gh_users_deleted (deleted_at),
  KEY gh_users_role (role, id),
  KEY gh_users_role_active (role, is_active, id)
) ENGINE=InnoDB;
