-- Long work: imports, exports and what else runs beside live traffic. Numbers of `state` are those
-- of store/job.h: 0 queued, 1 running, 2 done, 3 failed, 4 cancelled.
--
-- `resume` is the work's own note of how far it is, written in the transaction of each slice.
CREATE TABLE job (
  workspace    integer NOT NULL,
  id           integer NOT NULL,
  kind         text NOT NULL,
  state        smallint NOT NULL,
  is_ending    smallint NOT NULL,
  total        integer,
  done         integer NOT NULL,
  counts       text NOT NULL,
  resume       blob NOT NULL,
  parameters   text NOT NULL,
  result       text NOT NULL,
  error_code   text NOT NULL,
  error        text NOT NULL,
  created_by   text NOT NULL,
  created_at   integer NOT NULL,
  started_at   integer,
  ended_at     integer,
  PRIMARY KEY (workspace, id)
);
-- The few that have not ended; asked at each start and after each end.
CREATE INDEX job_open ON job (workspace, id) WHERE state IN (0, 1);
