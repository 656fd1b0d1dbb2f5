-- Everything that is derived from the log or decided by people.
--
-- `workspace` stands first in every unique key: one database may hold several. `partition` follows
-- in every key that the engine writes often: a distributed database is divided by it.
-- Times are milliseconds since 1970 in UTC; hashes and contact ids are 16 bytes.

-- Who a contact is. `state` is the engine's own encoding.
CREATE TABLE contact (
  workspace   integer NOT NULL,
  partition   smallint NOT NULL,
  id          blob NOT NULL,
  user_id     text NOT NULL,
  email       text NOT NULL,
  name        text NOT NULL,
  first_seen  integer NOT NULL,
  last_seen   integer NOT NULL,
  state       blob NOT NULL
);
CREATE UNIQUE INDEX contact_id ON contact (workspace, partition, id);
-- Lists, newest first, and the search of them without reading states.
CREATE INDEX contact_seen ON contact (workspace, first_seen, id, user_id, email, name);

CREATE TABLE identifier (
  workspace  integer NOT NULL,
  kind       text NOT NULL,
  value      text NOT NULL,
  contact    blob NOT NULL,
  PRIMARY KEY (workspace, kind, value)
) WITHOUT ROWID;
CREATE INDEX identifier_contact ON identifier (workspace, contact);

-- What merges left: the loser's id and who it is now.
CREATE TABLE alias (
  workspace  integer NOT NULL,
  loser      blob NOT NULL,
  survivor   blob NOT NULL,
  PRIMARY KEY (workspace, loser)
) WITHOUT ROWID;
CREATE INDEX alias_survivor ON alias (workspace, survivor);

-- The due-time index.
CREATE TABLE wake (
  workspace  integer NOT NULL,
  partition  smallint NOT NULL,
  contact    blob NOT NULL,
  due        integer NOT NULL,
  PRIMARY KEY (workspace, partition, contact)
) WITHOUT ROWID;
CREATE INDEX wake_due ON wake (workspace, due, partition, contact);

-- The decision journal.
CREATE TABLE decision (
  workspace  integer NOT NULL,
  partition  smallint NOT NULL,
  contact    blob NOT NULL,
  sequence   integer NOT NULL,
  at         integer NOT NULL,
  kind       smallint NOT NULL,
  payload    blob NOT NULL,
  PRIMARY KEY (workspace, partition, contact, sequence)
) WITHOUT ROWID;

-- Timeline entries beyond the newest 64. `origin` is the contact that wrote the chunk: after a
-- merge the same number may come from several.
CREATE TABLE timeline_chunk (
  workspace  integer NOT NULL,
  partition  smallint NOT NULL,
  contact    blob NOT NULL,
  chunk      integer NOT NULL,
  origin     blob NOT NULL,
  payload    blob NOT NULL,
  PRIMARY KEY (workspace, partition, contact, chunk, origin)
) WITHOUT ROWID;

-- The outbox and what became of it. Numbers of `state` and `class` are those of
-- domain/messages/message.h: 0 queued, 1 claimed, 2 committing, 3 sent, 4 retry, 5 failed,
-- 6 skipped, 7 cancelled, 8 uncertain.
CREATE TABLE message (
  id            integer PRIMARY KEY,
  workspace     integer NOT NULL,
  key           text NOT NULL,
  partition     smallint NOT NULL,
  contact       blob NOT NULL,
  class         smallint NOT NULL,
  channel       text NOT NULL,
  address       text NOT NULL,
  topic         text NOT NULL,
  journey       text NOT NULL,
  run           integer NOT NULL,
  step          text NOT NULL,
  template_key  text NOT NULL,
  subject       text NOT NULL,
  links         blob NOT NULL,
  state         smallint NOT NULL,
  reason        text NOT NULL,
  reply         text NOT NULL,
  attempt       integer NOT NULL,
  queued_at     integer NOT NULL,
  due           integer NOT NULL,
  sent_at       integer,
  opened_at     integer,
  clicked_at    integer
);
CREATE UNIQUE INDEX message_key ON message (workspace, key);
CREATE INDEX message_contact ON message (workspace, partition, contact, id);
CREATE INDEX message_journey ON message (workspace, journey, id) WHERE journey <> '';
CREATE INDEX message_due ON message (workspace, due, id) WHERE state IN (0, 4);
-- Most messages are sent; those are found by id.
CREATE INDEX message_state ON message (workspace, state, id) WHERE state <> 3;

CREATE TABLE member (
  workspace  integer NOT NULL,
  segment    integer NOT NULL,
  partition  smallint NOT NULL,
  contact    blob NOT NULL,
  since      integer NOT NULL,
  PRIMARY KEY (workspace, segment, partition, contact)
) WITHOUT ROWID;

CREATE TABLE counter (
  workspace  integer NOT NULL,
  kind       text NOT NULL,
  key        text NOT NULL,
  version    integer NOT NULL,
  step       text NOT NULL,
  variant    text NOT NULL,
  day        integer NOT NULL,
  outcome    text NOT NULL,
  count      integer NOT NULL,
  PRIMARY KEY (workspace, kind, key, version, step, variant, day, outcome)
) WITHOUT ROWID;
CREATE INDEX counter_day ON counter (workspace, kind, day);

-- The ledger: what was said of an address, and its fold.
CREATE TABLE consent_line (
  id         integer PRIMARY KEY,
  workspace  integer NOT NULL,
  address    blob NOT NULL,
  channel    text NOT NULL,
  topic      text NOT NULL,
  state      text NOT NULL,
  at         integer NOT NULL,
  source     text NOT NULL,
  evidence   text NOT NULL,
  contact    blob NOT NULL
);
CREATE INDEX consent_line_address ON consent_line (workspace, address, id);
CREATE INDEX consent_line_contact ON consent_line (workspace, contact);

CREATE TABLE consent (
  workspace  integer NOT NULL,
  address    blob NOT NULL,
  channel    text NOT NULL,
  topic      text NOT NULL,
  state      text NOT NULL,
  at         integer NOT NULL,
  source     text NOT NULL,
  evidence   text NOT NULL,
  contact    blob NOT NULL,
  PRIMARY KEY (workspace, address, channel, topic)
) WITHOUT ROWID;
CREATE INDEX consent_contact ON consent (workspace, contact);

-- Inputs from one partition to another that wait to be applied.
CREATE TABLE partition_mail (
  workspace  integer NOT NULL,
  sequence   integer NOT NULL,
  partition  smallint NOT NULL,
  contact    blob NOT NULL,
  payload    blob NOT NULL,
  PRIMARY KEY (workspace, sequence)
) WITHOUT ROWID;
CREATE INDEX partition_mail_contact ON partition_mail (workspace, partition, contact);

-- Every published version of every definition, and which one holds.
CREATE TABLE definition (
  workspace   integer NOT NULL,
  number      integer NOT NULL,
  version     integer NOT NULL,
  kind        text NOT NULL,
  key         text NOT NULL,
  rev         integer NOT NULL,
  source      text NOT NULL,
  path        text NOT NULL,
  hash        blob NOT NULL,
  changed_at  integer NOT NULL,
  changed_by  text NOT NULL,
  archived    smallint NOT NULL,
  PRIMARY KEY (workspace, number, version)
) WITHOUT ROWID;

CREATE TABLE definition_latest (
  workspace  integer NOT NULL,
  number     integer NOT NULL,
  kind       text NOT NULL,
  key        text NOT NULL,
  version    integer NOT NULL,
  PRIMARY KEY (workspace, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX definition_latest_key ON definition_latest (workspace, kind, key);

-- What traits and properties the workspace knows, and how personal they are.
CREATE TABLE attribute (
  workspace   integer NOT NULL,
  name        text NOT NULL,
  type        text NOT NULL,
  personal    text NOT NULL,
  first_seen  integer NOT NULL,
  PRIMARY KEY (workspace, name)
) WITHOUT ROWID;

CREATE TABLE setting (
  workspace  integer NOT NULL,
  name       text NOT NULL,
  value      text NOT NULL,
  PRIMARY KEY (workspace, name)
) WITHOUT ROWID;

CREATE TABLE user_account (
  workspace      integer NOT NULL,
  email          text NOT NULL,
  password_hash  text NOT NULL,
  role           text NOT NULL,
  created_at     integer NOT NULL,
  PRIMARY KEY (workspace, email)
) WITHOUT ROWID;

CREATE TABLE session (
  workspace     integer NOT NULL,
  token_hash    blob NOT NULL,
  email         text NOT NULL,
  created_at    integer NOT NULL,
  last_used_at  integer NOT NULL,
  PRIMARY KEY (workspace, token_hash)
) WITHOUT ROWID;

CREATE TABLE access_key (
  workspace       integer NOT NULL,
  id              text NOT NULL,
  kind            text NOT NULL,
  key_hash        blob NOT NULL,
  shown           text NOT NULL,
  name            text NOT NULL,
  created_at      integer NOT NULL,
  first_event_at  integer,
  PRIMARY KEY (workspace, id)
) WITHOUT ROWID;

CREATE TABLE audit (
  workspace  integer NOT NULL,
  sequence   integer NOT NULL,
  at         integer NOT NULL,
  actor      text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL,
  detail     text NOT NULL,
  chain      blob NOT NULL,
  PRIMARY KEY (workspace, sequence)
) WITHOUT ROWID;

-- Single numbers: `applied`, `next_sequence`, `next_message`, `contacts`, `members/<segment>`,
-- `messages/<state>`.
CREATE TABLE tally (
  workspace  integer NOT NULL,
  name       text NOT NULL,
  number     integer NOT NULL,
  PRIMARY KEY (workspace, name)
) WITHOUT ROWID;
