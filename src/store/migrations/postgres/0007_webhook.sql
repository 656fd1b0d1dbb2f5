-- Web addresses that are told what happens. The cursors say up to where each of the three logs was
-- looked through for it. Secrets are encrypted under the master key.
CREATE TABLE webhook_endpoint (
  workspace         bigint NOT NULL,
  id                bytea NOT NULL,
  url               text COLLATE "C" NOT NULL,
  description       text COLLATE "C" NOT NULL,
  kinds             text COLLATE "C" NOT NULL,
  secret            bytea NOT NULL,
  old_secret        bytea NOT NULL,
  old_secret_until  bigint NOT NULL,
  off_reason        text COLLATE "C" NOT NULL,
  failing_since     bigint,
  log_cursor        bigint NOT NULL,
  decision_cursor   bigint NOT NULL,
  audit_cursor      bigint NOT NULL,
  created_by        text COLLATE "C" NOT NULL,
  created_at        bigint NOT NULL,
  PRIMARY KEY (workspace, id)
);

-- What an address is told: as it is sent, until it was taken or given up, and a while longer.
CREATE TABLE webhook_delivery (
  workspace   bigint NOT NULL,
  number      bigint NOT NULL,
  endpoint    bytea NOT NULL,
  id          text COLLATE "C" NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  contact     bytea NOT NULL,
  body        text COLLATE "C" NOT NULL,
  state       smallint NOT NULL,
  due         bigint NOT NULL,
  attempts    bigint NOT NULL,
  status      bigint NOT NULL,
  error       text COLLATE "C" NOT NULL,
  created_at  bigint NOT NULL,
  ended_at    bigint,
  PRIMARY KEY (workspace, number)
);
CREATE INDEX webhook_delivery_endpoint ON webhook_delivery (workspace, endpoint, number);
CREATE INDEX webhook_delivery_due ON webhook_delivery (workspace, endpoint, due) WHERE state = 0;
CREATE INDEX webhook_delivery_contact ON webhook_delivery (workspace, contact);

CREATE TABLE webhook_attempt (
  workspace  bigint NOT NULL,
  delivery   bigint NOT NULL,
  attempt    bigint NOT NULL,
  at         bigint NOT NULL,
  status     bigint NOT NULL,
  error      text COLLATE "C" NOT NULL,
  took_ms    bigint NOT NULL,
  PRIMARY KEY (workspace, delivery, attempt)
);
