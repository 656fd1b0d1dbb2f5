-- The facts that rules ask for: since which publication, up to where the log had been applied then,
-- and from which time on (ms since 1970) events count.
CREATE TABLE fact (
  workspace      integer NOT NULL,
  id             blob NOT NULL,
  generation     integer NOT NULL,
  cut            integer NOT NULL,
  complete_from  integer NOT NULL,
  PRIMARY KEY (workspace, id)
) WITHOUT ROWID;
