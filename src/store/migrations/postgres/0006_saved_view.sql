-- What somebody set up on a page of the web app, under a name. `query` is the page's own.
CREATE TABLE saved_view (
  workspace   bigint NOT NULL,
  id          bytea NOT NULL,
  name        text COLLATE "C" NOT NULL,
  page        text COLLATE "C" NOT NULL,
  query       text COLLATE "C" NOT NULL,
  is_shared   bigint NOT NULL,
  created_by  text COLLATE "C" NOT NULL,
  created_at  bigint NOT NULL,
  changed_at  bigint NOT NULL,
  PRIMARY KEY (workspace, id)
);
CREATE INDEX saved_view_owner ON saved_view (workspace, created_by);

-- Where a change came from, and the fields that it changed as JSON; empty: nobody knows.
ALTER TABLE audit ADD COLUMN client text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN changes text COLLATE "C" NOT NULL DEFAULT '';
