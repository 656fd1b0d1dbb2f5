-- Which batch of a bandit is being made, how many contacts are left of it, and how it is divided:
-- the arms' shares in hundredths of a percent, with spaces between them.
ALTER TABLE campaign ADD COLUMN batch bigint NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN batch_left bigint NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN shares text COLLATE "C" NOT NULL DEFAULT '';

-- What people, and machines, did with a campaign's messages: a row for the first time of each kind.
-- Numbers of `answer` are those of domain/campaigns/answer.h: 0 opened, 1 opened by a machine,
-- 2 clicked, 3 bounced, 4 complained, 5 unsubscribed, 6 converted.
CREATE TABLE campaign_answer (
  workspace  bigint NOT NULL,
  campaign   text COLLATE "C" NOT NULL,
  answer     smallint NOT NULL,
  message    bigint NOT NULL,
  PRIMARY KEY (workspace, campaign, answer, message)
);
