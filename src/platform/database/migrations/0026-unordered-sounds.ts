/** Sound that a pole's sense wire felt and nobody had ordered: the pole's own word, also of when no link was up. */
export const sql = `
CREATE TABLE unordered_sounds (
  commune_id     uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  -- by the pole's clock
  at             timestamptz NOT NULL,
  received_at    timestamptz NOT NULL,
  PRIMARY KEY (commune_id, loudspeaker_id, at)
);
ALTER TABLE unordered_sounds ENABLE ROW LEVEL SECURITY;
ALTER TABLE unordered_sounds FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON unordered_sounds USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
