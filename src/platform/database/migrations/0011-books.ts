/** The books: by whose clock a pole told, and what was heard in the villages. */
export const sql = `
-- when the pole wrote its last word down, by its own clock; reported_at is when the service took it
ALTER TABLE airings ADD COLUMN told_at timestamptz;

-- what a village head says of a broadcast at one time in one village: the latest word of each person
CREATE TABLE hearings (
  commune_id   uuid NOT NULL,
  broadcast_id uuid NOT NULL,
  nominal_at   timestamptz NOT NULL,
  village_id   uuid NOT NULL,
  person_id    uuid NOT NULL,
  heard        text NOT NULL CHECK (heard IN ('clear', 'poor', 'not')),
  said_at      timestamptz NOT NULL,
  PRIMARY KEY (commune_id, broadcast_id, nominal_at, village_id, person_id)
);
CREATE INDEX hearings_by_time ON hearings (commune_id, nominal_at);
CREATE INDEX hearings_by_village ON hearings (commune_id, village_id, said_at DESC);
ALTER TABLE hearings ENABLE ROW LEVEL SECURITY;
ALTER TABLE hearings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON hearings USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
