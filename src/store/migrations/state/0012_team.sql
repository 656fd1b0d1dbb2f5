-- Several users with different rights, and those who are asked to join. The one user that the
-- set-up made so far owns the workspace.
UPDATE user_account SET role = 'owner' WHERE role = 'admin';

-- Who may join: at most one invitation an address. `id` is random; the link holds it, signed.
CREATE TABLE invitation (
  workspace   integer NOT NULL,
  email       text NOT NULL,
  id          blob NOT NULL,
  role        text NOT NULL,
  invited_by  text NOT NULL,
  created_at  integer NOT NULL,
  expires_at  integer NOT NULL,
  PRIMARY KEY (workspace, email)
) WITHOUT ROWID;

-- The second step of signing in, encrypted under the master key.
CREATE TABLE second_factor (
  workspace  integer NOT NULL,
  email      text NOT NULL,
  sealed     blob NOT NULL,
  PRIMARY KEY (workspace, email)
) WITHOUT ROWID;

-- All sessions of a user end together.
CREATE INDEX session_email ON session (workspace, email);
