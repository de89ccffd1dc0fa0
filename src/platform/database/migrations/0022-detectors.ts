/** Outside detectors: who they are, which of their messages were stored, and what they said of an event. */
export const sql = String.raw`
CREATE TABLE detectors (
  commune_id    uuid NOT NULL,
  id            uuid NOT NULL,
  name          text NOT NULL,
  form          text NOT NULL,
  model_name    text NOT NULL,
  model_version text NOT NULL,
  -- [{pointId, name}]: what it may speak for, and how it calls it.
  watched       jsonb NOT NULL,
  silent_after_minutes int NOT NULL,
  key_hash      text NOT NULL,
  heard_at      timestamptz,
  created_at    timestamptz NOT NULL,
  revoked_at    timestamptz,
  PRIMARY KEY (commune_id, id)
);
-- A detector numbers its messages itself. Kept as long as notices are.
CREATE TABLE detector_messages (
  commune_id  uuid NOT NULL,
  detector_id uuid NOT NULL,
  message_id  text NOT NULL,
  notice_id   uuid NOT NULL,
  PRIMARY KEY (commune_id, detector_id, message_id),
  FOREIGN KEY (commune_id, detector_id) REFERENCES detectors
);
CREATE INDEX detector_messages_by_notice ON detector_messages (commune_id, notice_id);
-- A notice is of a connector's box or of a detector.
ALTER TABLE notices ALTER COLUMN box_id DROP NOT NULL;
ALTER TABLE notices ADD COLUMN detector_id uuid;
ALTER TABLE camera_events ADD COLUMN detected jsonb;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['detectors', 'detector_messages'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_commune ON %I USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune())', t);
  END LOOP;
END $$;
`;
