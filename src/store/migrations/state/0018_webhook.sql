-- Web addresses that are told what happens. The cursors say up to where each of the three logs was
-- looked through for it. Secrets are encrypted under the master key.
CREATE TABLE webhook_endpoint (
  workspace         integer NOT NULL,
  id                blob NOT NULL,
  url               text NOT NULL,
  description       text NOT NULL,
  kinds             text NOT NULL,
  secret            blob NOT NULL,
  old_secret        blob NOT NULL,
  old_secret_until  integer NOT NULL,
  off_reason        text NOT NULL,
  failing_since     integer,
  log_cursor        integer NOT NULL,
  decision_cursor   integer NOT NULL,
  audit_cursor      integer NOT NULL,
  created_by        text NOT NULL,
  created_at        integer NOT NULL,
  PRIMARY KEY (workspace, id)
) WITHOUT ROWID;

-- What an address is told: as it is sent, until it was taken or given up, and a while longer.
CREATE TABLE webhook_delivery (
  workspace   integer NOT NULL,
  number      integer NOT NULL,
  endpoint    blob NOT NULL,
  id          text NOT NULL,
  kind        text NOT NULL,
  contact     blob NOT NULL,
  body        text NOT NULL,
  state       smallint NOT NULL,
  due         integer NOT NULL,
  attempts    integer NOT NULL,
  status      integer NOT NULL,
  error       text NOT NULL,
  created_at  integer NOT NULL,
  ended_at    integer,
  PRIMARY KEY (workspace, number)
) WITHOUT ROWID;
CREATE INDEX webhook_delivery_endpoint ON webhook_delivery (workspace, endpoint, number);
CREATE INDEX webhook_delivery_due ON webhook_delivery (workspace, endpoint, due) WHERE state = 0;
CREATE INDEX webhook_delivery_contact ON webhook_delivery (workspace, contact);

CREATE TABLE webhook_attempt (
  workspace  integer NOT NULL,
  delivery   integer NOT NULL,
  attempt    integer NOT NULL,
  at         integer NOT NULL,
  status     integer NOT NULL,
  error      text NOT NULL,
  took_ms    integer NOT NULL,
  PRIMARY KEY (workspace, delivery, attempt)
) WITHOUT ROWID;
