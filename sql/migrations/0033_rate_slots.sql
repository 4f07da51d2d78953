-- How many requests of one address and one limit were made in one window, where the front server can't count
-- (RATE_LIMIT_STORE=mysql). A fixed number of slots, chosen by hash, bounds the table.
CREATE TABLE gh_rate_slots (
  slot INT NOT NULL,
  window_ends_at BIGINT NOT NULL,
  used BIGINT NOT NULL,
  PRIMARY KEY (slot)
) ENGINE=InnoDB
