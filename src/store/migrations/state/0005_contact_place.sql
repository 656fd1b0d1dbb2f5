-- Contacts lie in the order of their ids: who reads everybody, or many by id, reads page after page.
-- `place` is the first 47 bits of the id. Where two ids share them, one row stands elsewhere and is
-- found by the index of the ids.
CREATE TABLE contact_in_order (
  place       integer PRIMARY KEY,
  workspace   integer NOT NULL,
  partition   smallint NOT NULL,
  id          blob NOT NULL,
  user_id     text NOT NULL,
  email       text NOT NULL,
  name        text NOT NULL,
  first_seen  integer NOT NULL,
  last_seen   integer NOT NULL,
  state       blob NOT NULL
);
INSERT INTO contact_in_order
  (place, workspace, partition, id, user_id, email, name, first_seen, last_seen, state)
SELECT CASE WHEN nth = 1 THEN place END,
  workspace, partition, id, user_id, email, name, first_seen, last_seen, state
FROM (
  SELECT *, row_number() OVER (PARTITION BY place ORDER BY id) AS nth
  FROM (
    SELECT *, (
      (instr('0123456789ABCDEF', substr(digits, 1, 1)) - 1) * 17592186044416
      + (instr('0123456789ABCDEF', substr(digits, 2, 1)) - 1) * 1099511627776
      + (instr('0123456789ABCDEF', substr(digits, 3, 1)) - 1) * 68719476736
      + (instr('0123456789ABCDEF', substr(digits, 4, 1)) - 1) * 4294967296
      + (instr('0123456789ABCDEF', substr(digits, 5, 1)) - 1) * 268435456
      + (instr('0123456789ABCDEF', substr(digits, 6, 1)) - 1) * 16777216
      + (instr('0123456789ABCDEF', substr(digits, 7, 1)) - 1) * 1048576
      + (instr('0123456789ABCDEF', substr(digits, 8, 1)) - 1) * 65536
      + (instr('0123456789ABCDEF', substr(digits, 9, 1)) - 1) * 4096
      + (instr('0123456789ABCDEF', substr(digits, 10, 1)) - 1) * 256
      + (instr('0123456789ABCDEF', substr(digits, 11, 1)) - 1) * 16
      + (instr('0123456789ABCDEF', substr(digits, 12, 1)) - 1) * 1) / 2 AS place
    FROM (SELECT *, hex(substr(id, 1, 6)) AS digits FROM contact) AS with_digits
  ) AS with_place
) AS numbered
ORDER BY nth, place;
DROP TABLE contact;
ALTER TABLE contact_in_order RENAME TO contact;
CREATE UNIQUE INDEX contact_id ON contact (workspace, partition, id);
-- Lists, newest first, and the search of them without reading states.
CREATE INDEX contact_seen ON contact (workspace, first_seen, id, user_id, email, name);
CREATE INDEX contact_email ON contact (workspace, email) WHERE email <> '';
