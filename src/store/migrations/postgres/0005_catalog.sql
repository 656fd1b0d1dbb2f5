-- Items of catalogs, as JSON. An upload of all items writes them under a generation of its own,
-- which the catalog then names; until then nobody sees them.
CREATE TABLE catalog (
  workspace        bigint NOT NULL,
  key              text COLLATE "C" NOT NULL,
  is_archived      bigint NOT NULL,
  generation       bigint NOT NULL,  -- of the items that are looked up
  next_generation  bigint NOT NULL,  -- of the next upload of all items
  revision         bigint NOT NULL,  -- grows with every change of the items
  items            bigint NOT NULL,
  bytes            bigint NOT NULL,
  digest           bytea NOT NULL,     -- of the items, in whatever order
  changed_at       bigint,           -- of the items; null: there have been none
  changed_by       text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace, key)
);
CREATE TABLE catalog_item (
  workspace   bigint NOT NULL,
  catalog     text COLLATE "C" NOT NULL,
  generation  bigint NOT NULL,
  key         text COLLATE "C" NOT NULL,
  content     text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace, catalog, generation, key)
);
