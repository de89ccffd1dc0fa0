/** Which voice a commune chose for which kind of announcement, and what it sent to paid ones, by local day. */
export const sql = String.raw`
CREATE TABLE voice_choices (
  commune_id uuid NOT NULL,
  profile    text NOT NULL,
  voice_key  text NOT NULL,
  chosen_at  timestamptz NOT NULL,
  PRIMARY KEY (commune_id, profile)
);
CREATE TABLE voice_usage (
  commune_id uuid NOT NULL,
  engine     text NOT NULL,
  day        date NOT NULL,
  characters bigint NOT NULL,
  PRIMARY KEY (commune_id, engine, day)
);
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['voice_choices', 'voice_usage'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_commune ON %I USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune())', t);
  END LOOP;
END $$;
`;
