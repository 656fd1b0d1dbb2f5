-- The event log. `workspace` stands first in every key: one database may hold several.

-- A group commit each, or several small ones joined later. `bytes` is event_log_block.h.
-- Positions are unique in the database, so that the newest block is the last row of the table.
CREATE TABLE block (
  first_position  integer PRIMARY KEY,
  workspace       integer NOT NULL,
  last_position   integer NOT NULL,
  record_count    integer NOT NULL,
  at_min          integer NOT NULL,  -- event time, ms since 1970
  at_max          integer NOT NULL,
  bytes           blob NOT NULL
);

-- Events received on each UTC day (days since 1970).
CREATE TABLE day_count (
  workspace  integer NOT NULL,
  day        integer NOT NULL,
  count      integer NOT NULL,
  PRIMARY KEY (workspace, day)
) WITHOUT ROWID;

-- Keyed hashes of message ids, for recognising repeats.
CREATE TABLE remembered_message (
  workspace  integer NOT NULL,
  bucket     integer NOT NULL,
  hash       blob NOT NULL,
  PRIMARY KEY (workspace, bucket, hash)
) WITHOUT ROWID;

-- `forgotten` = 1: no longer asked; its hashes are deleted when the writer is idle.
CREATE TABLE remembered_bucket (
  workspace  integer NOT NULL,
  bucket     integer NOT NULL,
  count      integer NOT NULL,
  forgotten  integer NOT NULL,
  PRIMARY KEY (workspace, bucket)
) WITHOUT ROWID;

-- `covered`: remembered messages cover the log up to here. `settled`: blocks up to here are joined.
CREATE TABLE mark (
  workspace  integer NOT NULL,
  name       text NOT NULL,
  position   integer NOT NULL,
  PRIMARY KEY (workspace, name)
) WITHOUT ROWID;
