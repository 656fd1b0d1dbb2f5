-- What warm-up plans have counted, a row a plan and day (days since 1970-01-01 in the workspace's
-- zone). `plan` is the sender's domain, or `*`, and the provider's name.
CREATE TABLE warm_up_day (
  workspace   bigint NOT NULL,
  plan        text COLLATE "C" NOT NULL,
  day         bigint NOT NULL,
  step        bigint NOT NULL,
  sent        bigint NOT NULL,
  planned     bigint NOT NULL,
  bounced     bigint NOT NULL,
  complained  bigint NOT NULL,
  PRIMARY KEY (workspace, plan, day)
);

-- What addresses have returned since a mail last arrived there (policies::ReturnedMails), under their
-- keyed hash.
CREATE TABLE returned_mails (
  workspace  bigint NOT NULL,
  address    bytea NOT NULL,
  mails      bytea NOT NULL,
  PRIMARY KEY (workspace, address)
);
