/** A camera goes from one connector to another: which one waits for it, and until when each earlier one held it. */
export const sql = String.raw`
ALTER TABLE cameras ADD COLUMN moving_to uuid;
-- What an earlier connector received until then is still to come from its disk, and is believed.
CREATE TABLE camera_handovers (
  commune_id   uuid NOT NULL,
  camera_id    uuid NOT NULL,
  connector_id uuid NOT NULL,
  until_at     timestamptz NOT NULL,
  PRIMARY KEY (commune_id, camera_id, connector_id),
  FOREIGN KEY (commune_id, camera_id) REFERENCES cameras
);
ALTER TABLE camera_handovers ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_handovers FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON camera_handovers USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
