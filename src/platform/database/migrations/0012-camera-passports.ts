/** What a camera says it is, whether its password is a known default, and how it was held over time. */
export const sql = String.raw`
ALTER TABLE cameras ADD COLUMN passport jsonb;
ALTER TABLE cameras ADD COLUMN passport_at timestamptz;
-- NULL: registered before passwords were compared.
ALTER TABLE cameras ADD COLUMN default_password boolean;
CREATE TABLE camera_states (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  camera_id  uuid NOT NULL,
  state      text NOT NULL,
  since_at   timestamptz NOT NULL,
  detail     text NOT NULL,
  PRIMARY KEY (commune_id, id),
  FOREIGN KEY (commune_id, camera_id) REFERENCES cameras
);
CREATE INDEX camera_states_by_camera ON camera_states (commune_id, camera_id, id DESC);
ALTER TABLE camera_states ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_states FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON camera_states USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
