-- Which batch of a bandit is being made, how many contacts are left of it, and how it is divided:
-- the arms' shares in hundredths of a percent, with spaces between them.
ALTER TABLE campaign ADD COLUMN batch integer NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN batch_left integer NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN shares text NOT NULL DEFAULT '';

-- What people, and machines, did with a campaign's messages: a row for the first time of each kind.
-- Numbers of `answer` are those of domain/campaigns/answer.h: 0 opened, 1 opened by a machine,
-- 2 clicked, 3 bounced, 4 complained, 5 unsubscribed, 6 converted.
CREATE TABLE campaign_answer (
  workspace  integer NOT NULL,
  campaign   text NOT NULL,
  answer     smallint NOT NULL,
  message    integer NOT NULL,
  PRIMARY KEY (workspace, campaign, answer, message)
) WITHOUT ROWID;

INSERT INTO campaign_answer (workspace, campaign, answer, message)
  SELECT workspace, campaign, 0, id FROM message
  WHERE campaign <> '' AND opened_at IS NOT NULL;
INSERT INTO campaign_answer (workspace, campaign, answer, message)
  SELECT workspace, campaign, 2, id FROM message
  WHERE campaign <> '' AND clicked_at IS NOT NULL;
INSERT INTO campaign_answer (workspace, campaign, answer, message)
  SELECT workspace, campaign, 3, id FROM message
  WHERE campaign <> '' AND state = 3 AND reason = 'bounced';
INSERT INTO campaign_answer (workspace, campaign, answer, message)
  SELECT workspace, campaign, 4, id FROM message
  WHERE campaign <> '' AND state = 3 AND reason = 'complained';
INSERT INTO campaign_answer (workspace, campaign, answer, message)
  SELECT workspace, campaign, 6, id FROM message
  WHERE campaign <> '' AND converted_at IS NOT NULL;
