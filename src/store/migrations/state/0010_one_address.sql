-- Spellings of an address that differ in case are one address: contacts are found in each.
DROP INDEX contact_email;
CREATE INDEX contact_email ON contact (workspace, lower(email)) WHERE email <> '';

-- Domains in other scripts, and hashes of addresses with capitals, are brought to their one form by
-- the program, which has the key: at its next start, if there is anybody.
INSERT INTO setting (workspace, name, value)
  SELECT workspace, 'addresses_to_fold', 'yes' FROM contact WHERE email <> '' GROUP BY workspace;
