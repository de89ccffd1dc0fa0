/** Links by which a village head answers without an account. */
export const sql = `
-- one link a broadcast and village: a newer one takes the place of the older
CREATE TABLE hearing_links (
  commune_id   uuid NOT NULL,
  broadcast_id uuid NOT NULL,
  village_id   uuid NOT NULL,
  token_hash   text NOT NULL,
  made_by      uuid NOT NULL,
  expires_at   timestamptz NOT NULL,
  -- how often somebody has answered by it
  answers      int NOT NULL DEFAULT 0,
  PRIMARY KEY (commune_id, broadcast_id, village_id)
);
CREATE UNIQUE INDEX hearing_links_by_token ON hearing_links (token_hash);
ALTER TABLE hearing_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE hearing_links FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON hearing_links USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());

-- said by a link: nobody knows which person, and person_id names the village and the broadcast
ALTER TABLE hearings ADD COLUMN by_link boolean NOT NULL DEFAULT false;
`;
