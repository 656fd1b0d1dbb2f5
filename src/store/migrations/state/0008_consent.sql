-- By what a line of the ledger can be shown, beside its evidence.
ALTER TABLE consent_line ADD COLUMN basis text NOT NULL DEFAULT '';
ALTER TABLE consent_line ADD COLUMN wording text NOT NULL DEFAULT '';
ALTER TABLE consent_line ADD COLUMN wording_hash text NOT NULL DEFAULT '';
ALTER TABLE consent_line ADD COLUMN ip text NOT NULL DEFAULT '';
ALTER TABLE consent_line ADD COLUMN user_agent text NOT NULL DEFAULT '';
ALTER TABLE consent_line ADD COLUMN actor text NOT NULL DEFAULT '';

-- Who must not be written to. `scope` is `all`, `marketing` (unsubscribed from everything) or
-- `topic`; follows the ledger.
CREATE TABLE suppression (
  id         integer PRIMARY KEY,
  workspace  integer NOT NULL,
  address    blob NOT NULL,
  channel    text NOT NULL,
  scope      text NOT NULL,
  topic      text NOT NULL,
  at         integer NOT NULL,
  source     text NOT NULL,
  actor      text NOT NULL
);
CREATE UNIQUE INDEX suppression_address ON suppression (workspace, address, scope, topic);

INSERT INTO suppression (workspace, address, channel, scope, topic, at, source, actor)
  SELECT workspace, address, channel, 'all', '', min(at), min(source), ''
  FROM consent_line WHERE state = 'suppressed' AND topic = ''
  GROUP BY workspace, address, channel;
INSERT INTO suppression (workspace, address, channel, scope, topic, at, source, actor)
  SELECT workspace, address, channel, 'marketing', '', at, source, ''
  FROM consent WHERE state = 'opted_out' AND topic = '';

-- Forms that wait for the confirmation of their address, and those that were confirmed.
CREATE TABLE signup (
  workspace     integer NOT NULL,
  id            text NOT NULL,
  form          text NOT NULL,
  address       blob NOT NULL,
  contact       blob NOT NULL,
  at            integer NOT NULL,
  confirmed_at  integer,
  payload       text NOT NULL,
  PRIMARY KEY (workspace, id)
) WITHOUT ROWID;
CREATE INDEX signup_address ON signup (workspace, address, at);
CREATE INDEX signup_contact ON signup (workspace, contact);
CREATE INDEX signup_at ON signup (workspace, at);
