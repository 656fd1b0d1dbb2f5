-- Mails as they were sent, compressed with zstd, for those who look at them on a page, until `ends_at`.
CREATE TABLE message_copy (
  workspace  integer NOT NULL,
  message    integer NOT NULL,
  ends_at    integer NOT NULL,
  copy       blob NOT NULL,
  PRIMARY KEY (workspace, message)
);
CREATE INDEX message_copy_end ON message_copy (workspace, ends_at);
