-- What imports changed, for 30 days, so that they can be undone.
CREATE TABLE import_change (
  workspace    integer NOT NULL,
  job          integer NOT NULL,
  line         integer NOT NULL,
  contact      blob NOT NULL,
  has_created  smallint NOT NULL,
  before       text NOT NULL,
  PRIMARY KEY (workspace, job, line)
) WITHOUT ROWID;
-- Erasure takes these rows along.
CREATE INDEX import_change_contact ON import_change (workspace, contact);

-- Who has an address: imports match by email.
CREATE INDEX contact_email ON contact (workspace, email) WHERE email <> '';
