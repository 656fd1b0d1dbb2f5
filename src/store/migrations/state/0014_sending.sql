-- What warm-up plans have counted, a row a plan and day (days since 1970-01-01 in the workspace's
-- zone). `plan` is the sender's domain, or `*`, and the provider's name.
CREATE TABLE warm_up_day (
  workspace   integer NOT NULL,
  plan        text NOT NULL,
  day         integer NOT NULL,
  step        integer NOT NULL,
  sent        integer NOT NULL,
  planned     integer NOT NULL,
  bounced     integer NOT NULL,
  complained  integer NOT NULL,
  PRIMARY KEY (workspace, plan, day)
) WITHOUT ROWID;

-- What addresses have returned since a mail last arrived there (policies::ReturnedMails), under their
-- keyed hash.
CREATE TABLE returned_mails (
  workspace  integer NOT NULL,
  address    blob NOT NULL,
  mails      blob NOT NULL,
  PRIMARY KEY (workspace, address)
) WITHOUT ROWID;
