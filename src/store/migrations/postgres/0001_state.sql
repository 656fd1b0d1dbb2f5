-- Everything that is derived from the log or decided by people: what 0001 to 0013 of state/ make of SQLite.
--
-- Names and columns are the same as there, so that one SQL text serves both; integers are bigint, text is compared by
-- its bytes. `workspace` stands first in every key, `partition` follows where the engine writes often.

-- Who a contact is. `state` is the engine's own encoding. Room is left in each page for the next version of a
-- row: most updates change no index.
CREATE TABLE contact (
  workspace      bigint NOT NULL,
  partition      smallint NOT NULL,
  id             bytea NOT NULL,
  user_id        text COLLATE "C" NOT NULL,
  email          text COLLATE "C" NOT NULL,
  name           text COLLATE "C" NOT NULL,
  first_seen     bigint NOT NULL,
  last_seen      bigint NOT NULL,
  state          bytea NOT NULL,
  last_decision  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace, partition, id)
) WITH (fillfactor = 85);
CREATE INDEX contact_seen ON contact (workspace, first_seen, id);
CREATE INDEX contact_email ON contact (workspace, lower(email)) WHERE email <> '';

CREATE TABLE identifier (
  workspace  bigint NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  value      text COLLATE "C" NOT NULL,
  contact    bytea NOT NULL,
  PRIMARY KEY (workspace, kind, value)
);
CREATE INDEX identifier_contact ON identifier (workspace, contact);

-- What merges left: the loser's id and who it is now.
CREATE TABLE alias (
  workspace  bigint NOT NULL,
  loser      bytea NOT NULL,
  survivor   bytea NOT NULL,
  PRIMARY KEY (workspace, loser)
);
CREATE INDEX alias_survivor ON alias (workspace, survivor);

-- The due-time index.
CREATE TABLE wake (
  workspace  bigint NOT NULL,
  due        bigint NOT NULL,
  partition  smallint NOT NULL,
  contact    bytea NOT NULL,
  PRIMARY KEY (workspace, due, partition, contact)
);

-- The decision journal. A contact's decisions are a chain: `last_decision` of its record is the newest, `previous`
-- leads from each to the one before, 0 is the end.
CREATE TABLE decision (
  workspace  bigint NOT NULL,
  sequence   bigint NOT NULL,
  previous   bigint NOT NULL,
  contact    bytea NOT NULL,
  at         bigint NOT NULL,
  kind       smallint NOT NULL,
  payload    bytea NOT NULL,
  PRIMARY KEY (workspace, sequence)
);

-- Timeline entries beyond the newest 64. `origin` is the contact that wrote the chunk.
CREATE TABLE timeline_chunk (
  workspace  bigint NOT NULL,
  partition  smallint NOT NULL,
  contact    bytea NOT NULL,
  chunk      bigint NOT NULL,
  origin     bytea NOT NULL,
  payload    bytea NOT NULL,
  PRIMARY KEY (workspace, partition, contact, chunk, origin)
);

-- The outbox and what became of it. Numbers of `state` and `class` are those of domain/messages/message.h.
CREATE TABLE message (
  id            bigint PRIMARY KEY,
  workspace     bigint NOT NULL,
  key           text COLLATE "C" NOT NULL,
  partition     smallint NOT NULL,
  contact       bytea NOT NULL,
  class         smallint NOT NULL,
  channel       text COLLATE "C" NOT NULL,
  address       text COLLATE "C" NOT NULL,
  topic         text COLLATE "C" NOT NULL,
  journey       text COLLATE "C" NOT NULL,
  run           bigint NOT NULL,
  step          text COLLATE "C" NOT NULL,
  template_key  text COLLATE "C" NOT NULL,
  subject       text COLLATE "C" NOT NULL,
  links         bytea NOT NULL,
  state         smallint NOT NULL,
  reason        text COLLATE "C" NOT NULL,
  reply         text COLLATE "C" NOT NULL,
  attempt       bigint NOT NULL,
  queued_at     bigint NOT NULL,
  due           bigint NOT NULL,
  sent_at       bigint,
  opened_at     bigint,
  clicked_at    bigint,
  campaign      text COLLATE "C" NOT NULL DEFAULT '',
  converted_at  bigint
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX message_key ON message (workspace, key);
CREATE INDEX message_contact ON message (workspace, partition, contact, id);
CREATE INDEX message_journey ON message (workspace, journey, id) WHERE journey <> '';
CREATE INDEX message_due ON message (workspace, due, id) WHERE state IN (0, 4);
CREATE INDEX message_state ON message (workspace, state, id) WHERE state <> 3;
CREATE INDEX message_campaign ON message (workspace, campaign, id) WHERE campaign <> '';
CREATE INDEX message_campaign_address ON message (workspace, campaign, lower(address))
  WHERE campaign <> '' AND address <> '';

CREATE TABLE member (
  workspace  bigint NOT NULL,
  segment    bigint NOT NULL,
  partition  smallint NOT NULL,
  contact    bytea NOT NULL,
  since      bigint NOT NULL,
  PRIMARY KEY (workspace, segment, partition, contact)
);

CREATE TABLE counter (
  workspace  bigint NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  key        text COLLATE "C" NOT NULL,
  version    bigint NOT NULL,
  step       text COLLATE "C" NOT NULL,
  variant    text COLLATE "C" NOT NULL,
  day        bigint NOT NULL,
  outcome    text COLLATE "C" NOT NULL,
  count      bigint NOT NULL,
  PRIMARY KEY (workspace, kind, key, version, step, variant, day, outcome)
) WITH (fillfactor = 85);
CREATE INDEX counter_day ON counter (workspace, kind, day);

-- The ledger: what was said of an address, and its fold.
CREATE TABLE consent_line (
  id            bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  workspace     bigint NOT NULL,
  address       bytea NOT NULL,
  channel       text COLLATE "C" NOT NULL,
  topic         text COLLATE "C" NOT NULL,
  state         text COLLATE "C" NOT NULL,
  at            bigint NOT NULL,
  source        text COLLATE "C" NOT NULL,
  evidence      text COLLATE "C" NOT NULL,
  contact       bytea NOT NULL,
  basis         text COLLATE "C" NOT NULL DEFAULT '',
  wording       text COLLATE "C" NOT NULL DEFAULT '',
  wording_hash  text COLLATE "C" NOT NULL DEFAULT '',
  ip            text COLLATE "C" NOT NULL DEFAULT '',
  user_agent    text COLLATE "C" NOT NULL DEFAULT '',
  actor         text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX consent_line_address ON consent_line (workspace, address, id);
CREATE INDEX consent_line_contact ON consent_line (workspace, contact);

CREATE TABLE consent (
  workspace  bigint NOT NULL,
  address    bytea NOT NULL,
  channel    text COLLATE "C" NOT NULL,
  topic      text COLLATE "C" NOT NULL,
  state      text COLLATE "C" NOT NULL,
  at         bigint NOT NULL,
  source     text COLLATE "C" NOT NULL,
  evidence   text COLLATE "C" NOT NULL,
  contact    bytea NOT NULL,
  PRIMARY KEY (workspace, address, channel, topic)
);
CREATE INDEX consent_contact ON consent (workspace, contact);

-- Who must not be written to. `scope` is `all`, `marketing` or `topic`; follows the ledger.
CREATE TABLE suppression (
  id         bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  workspace  bigint NOT NULL,
  address    bytea NOT NULL,
  channel    text COLLATE "C" NOT NULL,
  scope      text COLLATE "C" NOT NULL,
  topic      text COLLATE "C" NOT NULL,
  at         bigint NOT NULL,
  source     text COLLATE "C" NOT NULL,
  actor      text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX suppression_address ON suppression (workspace, address, scope, topic);

-- Forms that wait for the confirmation of their address, and those that were confirmed.
CREATE TABLE signup (
  workspace     bigint NOT NULL,
  id            text COLLATE "C" NOT NULL,
  form          text COLLATE "C" NOT NULL,
  address       bytea NOT NULL,
  contact       bytea NOT NULL,
  at            bigint NOT NULL,
  confirmed_at  bigint,
  payload       text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace, id)
);
CREATE INDEX signup_address ON signup (workspace, address, at);
CREATE INDEX signup_contact ON signup (workspace, contact);
CREATE INDEX signup_at ON signup (workspace, at);

-- Inputs from one partition to another that wait to be applied.
CREATE TABLE partition_mail (
  workspace  bigint NOT NULL,
  sequence   bigint NOT NULL,
  partition  smallint NOT NULL,
  contact    bytea NOT NULL,
  payload    bytea NOT NULL,
  PRIMARY KEY (workspace, sequence)
);
CREATE INDEX partition_mail_contact ON partition_mail (workspace, partition, contact);

-- Every published version of every definition, and which one holds.
CREATE TABLE definition (
  workspace   bigint NOT NULL,
  number      bigint NOT NULL,
  version     bigint NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  key         text COLLATE "C" NOT NULL,
  rev         bigint NOT NULL,
  source      text COLLATE "C" NOT NULL,
  path        text COLLATE "C" NOT NULL,
  hash        bytea NOT NULL,
  changed_at  bigint NOT NULL,
  changed_by  text COLLATE "C" NOT NULL,
  archived    smallint NOT NULL,
  PRIMARY KEY (workspace, number, version)
);

CREATE TABLE definition_latest (
  workspace  bigint NOT NULL,
  number     bigint NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  key        text COLLATE "C" NOT NULL,
  version    bigint NOT NULL,
  PRIMARY KEY (workspace, number)
);
CREATE UNIQUE INDEX definition_latest_key ON definition_latest (workspace, kind, key);

-- What traits and properties the workspace knows, and how personal they are.
CREATE TABLE attribute (
  workspace   bigint NOT NULL,
  name        text COLLATE "C" NOT NULL,
  type        text COLLATE "C" NOT NULL,
  personal    text COLLATE "C" NOT NULL,
  first_seen  bigint NOT NULL,
  PRIMARY KEY (workspace, name)
);

CREATE TABLE setting (
  workspace  bigint NOT NULL,
  name       text COLLATE "C" NOT NULL,
  value      text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace, name)
);

CREATE TABLE user_account (
  workspace      bigint NOT NULL,
  email          text COLLATE "C" NOT NULL,
  password_hash  text COLLATE "C" NOT NULL,
  role           text COLLATE "C" NOT NULL,
  created_at     bigint NOT NULL,
  PRIMARY KEY (workspace, email)
);

-- Who may join: at most one invitation an address.
CREATE TABLE invitation (
  workspace   bigint NOT NULL,
  email       text COLLATE "C" NOT NULL,
  id          bytea NOT NULL,
  role        text COLLATE "C" NOT NULL,
  invited_by  text COLLATE "C" NOT NULL,
  created_at  bigint NOT NULL,
  expires_at  bigint NOT NULL,
  PRIMARY KEY (workspace, email)
);

-- The second step of signing in, encrypted under the master key.
CREATE TABLE second_factor (
  workspace  bigint NOT NULL,
  email      text COLLATE "C" NOT NULL,
  sealed     bytea NOT NULL,
  PRIMARY KEY (workspace, email)
);

CREATE TABLE session (
  workspace     bigint NOT NULL,
  token_hash    bytea NOT NULL,
  email         text COLLATE "C" NOT NULL,
  created_at    bigint NOT NULL,
  last_used_at  bigint NOT NULL,
  PRIMARY KEY (workspace, token_hash)
);
CREATE INDEX session_email ON session (workspace, email);

CREATE TABLE access_key (
  workspace       bigint NOT NULL,
  id              text COLLATE "C" NOT NULL,
  kind            text COLLATE "C" NOT NULL,
  key_hash        bytea NOT NULL,
  shown           text COLLATE "C" NOT NULL,
  name            text COLLATE "C" NOT NULL,
  created_at      bigint NOT NULL,
  first_event_at  bigint,
  PRIMARY KEY (workspace, id)
);

CREATE TABLE audit (
  workspace  bigint NOT NULL,
  sequence   bigint NOT NULL,
  at         bigint NOT NULL,
  actor      text COLLATE "C" NOT NULL,
  action     text COLLATE "C" NOT NULL,
  subject    text COLLATE "C" NOT NULL,
  detail     text COLLATE "C" NOT NULL,
  chain      bytea NOT NULL,
  PRIMARY KEY (workspace, sequence)
);

-- Single numbers: `applied`, `next_sequence`, `next_message`, `contacts`, `members/<segment>`, `messages/<state>`.
CREATE TABLE tally (
  workspace  bigint NOT NULL,
  name       text COLLATE "C" NOT NULL,
  number     bigint NOT NULL,
  PRIMARY KEY (workspace, name)
) WITH (fillfactor = 85);

-- Long work: imports, exports and what else runs beside live traffic. Numbers of `state` are those of store/job.h.
CREATE TABLE job (
  workspace   bigint NOT NULL,
  id          bigint NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  state       smallint NOT NULL,
  is_ending   smallint NOT NULL,
  total       bigint,
  done        bigint NOT NULL,
  counts      text COLLATE "C" NOT NULL,
  resume      bytea NOT NULL,
  parameters  text COLLATE "C" NOT NULL,
  result      text COLLATE "C" NOT NULL,
  error_code  text COLLATE "C" NOT NULL,
  error       text COLLATE "C" NOT NULL,
  created_by  text COLLATE "C" NOT NULL,
  created_at  bigint NOT NULL,
  started_at  bigint,
  ended_at    bigint,
  PRIMARY KEY (workspace, id)
) WITH (fillfactor = 85);
CREATE INDEX job_open ON job (workspace, id) WHERE state IN (0, 1);

-- What imports changed, for 30 days, so that they can be undone.
CREATE TABLE import_change (
  workspace    bigint NOT NULL,
  job          bigint NOT NULL,
  line         bigint NOT NULL,
  contact      bytea NOT NULL,
  has_created  smallint NOT NULL,
  before       text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace, job, line)
);
CREATE INDEX import_change_contact ON import_change (workspace, contact);

-- The facts that rules ask for: since which publication, up to where the log had been applied then, and from which
-- time on events count.
CREATE TABLE fact (
  workspace      bigint NOT NULL,
  id             bytea NOT NULL,
  generation     bigint NOT NULL,
  cut            bigint NOT NULL,
  complete_from  bigint NOT NULL,
  PRIMARY KEY (workspace, id)
);

-- The keys by which mails of sender domains are signed (DKIM). `sealed` is encrypted under the master key.
CREATE TABLE sender_key (
  workspace   bigint NOT NULL,
  domain      text COLLATE "C" NOT NULL,
  selector    text COLLATE "C" NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  state       text COLLATE "C" NOT NULL,
  sealed      bytea NOT NULL,
  dns_record  text COLLATE "C" NOT NULL,
  created_at  bigint NOT NULL,
  changed_at  bigint NOT NULL,
  PRIMARY KEY (workspace, domain, selector)
);

-- What became of campaigns that somebody has started. Numbers of `state` are those of store/campaign.h.
CREATE TABLE campaign (
  workspace     bigint NOT NULL,
  number        bigint NOT NULL,
  key           text COLLATE "C" NOT NULL,
  version       bigint NOT NULL,
  state         smallint NOT NULL,
  reason        text COLLATE "C" NOT NULL,
  started_by    text COLLATE "C" NOT NULL,
  started_at    bigint NOT NULL,
  begins_at     bigint NOT NULL,
  ended_at      bigint,
  is_frozen     smallint NOT NULL,
  position      bigint NOT NULL,
  audience      bigint NOT NULL,
  gone          bigint NOT NULL,
  pages         bigint NOT NULL,
  pass          smallint NOT NULL,
  next_page     bigint NOT NULL,
  next_in_page  bigint NOT NULL,
  last_due      bigint NOT NULL,
  look_due      bigint NOT NULL,
  winner        text COLLATE "C" NOT NULL,
  look          text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace, number)
) WITH (fillfactor = 85);

-- Whom a campaign was started for: ids of contacts, 16 bytes each, ascending over all pages.
CREATE TABLE campaign_audience (
  workspace  bigint NOT NULL,
  campaign   bigint NOT NULL,
  page       bigint NOT NULL,
  contacts   bytea NOT NULL,
  PRIMARY KEY (workspace, campaign, page)
);

-- What a message says beyond its template: JSON, as it was asked for.
CREATE TABLE message_content (
  workspace  bigint NOT NULL,
  message    bigint NOT NULL,
  content    text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace, message)
);

-- Mails as they were sent, compressed with zstd, until `ends_at`.
CREATE TABLE message_copy (
  workspace  bigint NOT NULL,
  message    bigint NOT NULL,
  ends_at    bigint NOT NULL,
  copy       bytea NOT NULL,
  PRIMARY KEY (workspace, message)
);
CREATE INDEX message_copy_end ON message_copy (workspace, ends_at);

-- Pictures, by the first half of the SHA-256 of their clean bytes.
CREATE TABLE picture (
  workspace    bigint NOT NULL,
  id           bytea NOT NULL,
  type         text COLLATE "C" NOT NULL,
  served       text COLLATE "C" NOT NULL,
  width        bigint NOT NULL,
  height       bigint NOT NULL,
  is_animated  smallint NOT NULL,
  bytes        bigint NOT NULL,
  created_at   bigint NOT NULL,
  is_claimed   smallint NOT NULL,
  PRIMARY KEY (workspace, id)
);
CREATE INDEX picture_unclaimed ON picture (workspace, created_at) WHERE is_claimed = 0;

-- A picture in one of its widths; 0: as it was uploaded.
CREATE TABLE picture_file (
  workspace  bigint NOT NULL,
  picture    bytea NOT NULL,
  width      bigint NOT NULL,
  content    bytea NOT NULL,
  PRIMARY KEY (workspace, picture, width)
);
