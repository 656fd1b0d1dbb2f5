-- Items of catalogs, as JSON. An upload of all items writes them under a generation of its own,
-- which the catalog then names; until then nobody sees them.
CREATE TABLE catalog (
  workspace        integer NOT NULL,
  key              text NOT NULL,
  is_archived      integer NOT NULL,
  generation       integer NOT NULL,  -- of the items that are looked up
  next_generation  integer NOT NULL,  -- of the next upload of all items
  revision         integer NOT NULL,  -- grows with every change of the items
  items            integer NOT NULL,
  bytes            integer NOT NULL,
  digest           blob NOT NULL,     -- of the items, in whatever order
  changed_at       integer,           -- of the items; null: there have been none
  changed_by       text NOT NULL,
  PRIMARY KEY (workspace, key)
);
CREATE TABLE catalog_item (
  workspace   integer NOT NULL,
  catalog     text NOT NULL,
  generation  integer NOT NULL,
  key         text NOT NULL,
  content     text NOT NULL,
  PRIMARY KEY (workspace, catalog, generation, key)
);
