-- What grows with every decision and every timer lies in the order in which it is written, so that a
-- batch touches few pages: the journal by its sequence, wakes by their time.

-- A contact's decisions are a chain: `last_decision` of its record is the newest, `previous` leads
-- from each to the one before, 0 is the end. `contact` is whom it was about then: a merge joins the
-- chains and leaves it.
ALTER TABLE contact ADD COLUMN last_decision integer NOT NULL DEFAULT 0;
UPDATE contact SET last_decision = coalesce((
  SELECT max(decision.sequence) FROM decision
  WHERE decision.workspace = contact.workspace AND decision.partition = contact.partition
    AND decision.contact = contact.id), 0);
CREATE TABLE decision_in_order (
  workspace  integer NOT NULL,
  sequence   integer NOT NULL,
  previous   integer NOT NULL,
  contact    blob NOT NULL,
  at         integer NOT NULL,
  kind       smallint NOT NULL,
  payload    blob NOT NULL,
  PRIMARY KEY (workspace, sequence)
) WITHOUT ROWID;
INSERT INTO decision_in_order (workspace, sequence, previous, contact, at, kind, payload)
SELECT workspace, sequence,
  coalesce(lag(sequence) OVER (PARTITION BY workspace, contact ORDER BY sequence), 0),
  contact, at, kind, payload
FROM decision
ORDER BY workspace, sequence;
DROP TABLE decision;
ALTER TABLE decision_in_order RENAME TO decision;

CREATE TABLE wake_in_order (
  workspace  integer NOT NULL,
  due        integer NOT NULL,
  partition  smallint NOT NULL,
  contact    blob NOT NULL,
  PRIMARY KEY (workspace, due, partition, contact)
) WITHOUT ROWID;
INSERT INTO wake_in_order (workspace, due, partition, contact)
SELECT workspace, due, partition, contact FROM wake ORDER BY workspace, due, partition, contact;
DROP TABLE wake;
ALTER TABLE wake_in_order RENAME TO wake;
