-- The keys by which mails of sender domains are signed (DKIM). `sealed` is the private key, encrypted
-- under the master key; empty once the key is retired.
CREATE TABLE sender_key (
  workspace   integer NOT NULL,
  domain      text NOT NULL,
  selector    text NOT NULL,
  kind        text NOT NULL,
  state       text NOT NULL,
  sealed      blob NOT NULL,
  dns_record  text NOT NULL,
  created_at  integer NOT NULL,
  changed_at  integer NOT NULL,
  PRIMARY KEY (workspace, domain, selector)
) WITHOUT ROWID;
