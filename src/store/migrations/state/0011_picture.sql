-- Pictures, by the first half of the SHA-256 of their clean bytes. `type` is what was uploaded,
-- `served` what messages get: png, jpg, gif or webp. A picture that no definition has named as yet
-- (is_claimed 0) goes after a while.
CREATE TABLE picture (
  workspace    integer NOT NULL,
  id           blob NOT NULL,
  type         text NOT NULL,
  served       text NOT NULL,
  width        integer NOT NULL,
  height       integer NOT NULL,
  is_animated  smallint NOT NULL,
  bytes        integer NOT NULL,
  created_at   integer NOT NULL,
  is_claimed   smallint NOT NULL,
  PRIMARY KEY (workspace, id)
);
CREATE INDEX picture_unclaimed ON picture (workspace, created_at) WHERE is_claimed = 0;

-- A picture in one of its widths; 0: as it was uploaded, without what does not show.
CREATE TABLE picture_file (
  workspace  integer NOT NULL,
  picture    blob NOT NULL,
  width      integer NOT NULL,
  content    blob NOT NULL,
  PRIMARY KEY (workspace, picture, width)
);
