-- What became of campaigns that somebody has started. Numbers of `state` are those of
-- store/campaign.h: 0 scheduled, 1 holding, 2 sending, 3 paused, 4 stopping, 5 stopped, 6 finished,
-- 7 cancelled. `position` is where the log stood when the audience was read; 0: it was not yet.
CREATE TABLE campaign (
  workspace    integer NOT NULL,
  number       integer NOT NULL,
  key          text NOT NULL,
  version      integer NOT NULL,
  state        smallint NOT NULL,
  reason       text NOT NULL,
  started_by   text NOT NULL,
  started_at   integer NOT NULL,
  begins_at    integer NOT NULL,
  ended_at     integer,
  is_frozen    smallint NOT NULL,
  position     integer NOT NULL,
  audience     integer NOT NULL,
  gone         integer NOT NULL,
  pages        integer NOT NULL,
  pass         smallint NOT NULL,
  next_page    integer NOT NULL,
  next_in_page integer NOT NULL,
  last_due     integer NOT NULL,
  look_due     integer NOT NULL,
  winner       text NOT NULL,
  look         text NOT NULL,
  PRIMARY KEY (workspace, number)
) WITHOUT ROWID;

-- Whom a campaign was started for: ids of contacts, 16 bytes each, ascending over all pages.
CREATE TABLE campaign_audience (
  workspace  integer NOT NULL,
  campaign   integer NOT NULL,
  page       integer NOT NULL,
  contacts   blob NOT NULL,
  PRIMARY KEY (workspace, campaign, page)
);

-- `campaign` is the key of the campaign that a message belongs to; `converted_at` when its contact
-- did what the campaign's test measures.
ALTER TABLE message ADD COLUMN campaign text NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN converted_at integer;
CREATE INDEX message_campaign ON message (workspace, campaign, id) WHERE campaign <> '';
-- At most one message of a campaign goes to an address, in whatever case it is written.
CREATE INDEX message_campaign_address ON message (workspace, campaign, lower(address))
  WHERE campaign <> '' AND address <> '';

-- What a message says beyond its template: JSON, as it was asked for.
CREATE TABLE message_content (
  workspace  integer NOT NULL,
  message    integer NOT NULL,
  content    text NOT NULL,
  PRIMARY KEY (workspace, message)
) WITHOUT ROWID;
