/**
 * The communes' own lexicons, kept as what was changed: a version is the changes that bear its number, an entry is
 * what its last change says, and to go back is to change again. Nothing is ever overwritten, so that what a recording
 * was read with can be told for as long as the recording stands.
 */
export const sql = String.raw`
CREATE TABLE lexicon_changes (
  commune_id uuid NOT NULL REFERENCES communes,
  version    int NOT NULL CHECK (version > 0),
  entry_id   uuid NOT NULL,
  -- null: retired
  entry      jsonb,
  cause      text NOT NULL CHECK (cause IN ('added', 'changed', 'retired', 'promoted', 'imported', 'reverted')),
  actor_id   uuid NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (commune_id, version, entry_id)
);
CREATE INDEX lexicon_changes_of_entry ON lexicon_changes (commune_id, entry_id, version DESC);
ALTER TABLE lexicon_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE lexicon_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON lexicon_changes
  USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
