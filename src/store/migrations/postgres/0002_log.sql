-- The event log: a row an event, a table a month (`event_YYYY_MM`, made by the writer), so that forgetting a month is
-- dropping a table. Its bounds are of the time of receipt, ms since 1970 in UTC.
--
-- `xid` is the transaction that appended the row. A reader that follows the log takes rows whose transaction is older
-- than every one that is still open: what commits later cannot stand before what it has read. `payload` is null once
-- the event is erased.
CREATE TABLE event (
  workspace    bigint NOT NULL,
  partition    smallint NOT NULL,
  position     bigint NOT NULL,
  xid          xid8 NOT NULL DEFAULT pg_current_xact_id(),
  message      bytea NOT NULL,
  subject      bytea NOT NULL,
  at           bigint NOT NULL,
  received_at  bigint NOT NULL,
  name         text COLLATE "C" NOT NULL,
  payload      bytea
) PARTITION BY RANGE (received_at);
CREATE INDEX event_position ON event (workspace, position);

-- Events received on each UTC day (days since 1970).
CREATE TABLE day_count (
  workspace  bigint NOT NULL,
  day        bigint NOT NULL,
  count      bigint NOT NULL,
  PRIMARY KEY (workspace, day)
) WITH (fillfactor = 85);

-- Keyed hashes of message ids, for recognising repeats.
CREATE TABLE remembered_message (
  workspace  bigint NOT NULL,
  bucket     bigint NOT NULL,
  hash       bytea NOT NULL,
  PRIMARY KEY (workspace, bucket, hash)
);

-- `forgotten` = 1: no longer asked; its hashes are deleted when the writer is idle.
CREATE TABLE remembered_bucket (
  workspace  bigint NOT NULL,
  bucket     bigint NOT NULL,
  count      bigint NOT NULL,
  forgotten  bigint NOT NULL,
  PRIMARY KEY (workspace, bucket)
);

-- `covered`: remembered messages cover the log up to here.
CREATE TABLE mark (
  workspace  bigint NOT NULL,
  name       text COLLATE "C" NOT NULL,
  position   bigint NOT NULL,
  PRIMARY KEY (workspace, name)
);
