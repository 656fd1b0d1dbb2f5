-- What somebody set up on a page of the web app, under a name. `query` is the page's own.
CREATE TABLE saved_view (
  workspace   integer NOT NULL,
  id          blob NOT NULL,
  name        text NOT NULL,
  page        text NOT NULL,
  query       text NOT NULL,
  is_shared   integer NOT NULL,
  created_by  text NOT NULL,
  created_at  integer NOT NULL,
  changed_at  integer NOT NULL,
  PRIMARY KEY (workspace, id)
) WITHOUT ROWID;
CREATE INDEX saved_view_owner ON saved_view (workspace, created_by);

-- Where a change came from, and the fields that it changed as JSON; empty: nobody knows.
ALTER TABLE audit ADD COLUMN client text NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN changes text NOT NULL DEFAULT '';
