/** Pictures of an event after its first, where more are wanted. */
export const sql = String.raw`
CREATE TABLE camera_event_pictures (
  commune_id uuid NOT NULL,
  -- Events and notices are partitioned: no foreign keys.
  event_id   uuid NOT NULL,
  -- The notice that named it: where that one goes when it is read again, its pictures go.
  notice_id  uuid NOT NULL,
  sha256     text NOT NULL,
  taken_at   timestamptz NOT NULL,
  PRIMARY KEY (commune_id, event_id, sha256)
);
CREATE INDEX camera_event_pictures_by_hash ON camera_event_pictures (commune_id, sha256);
CREATE INDEX camera_event_pictures_by_notice ON camera_event_pictures (commune_id, notice_id);
ALTER TABLE camera_event_pictures ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_event_pictures FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON camera_event_pictures USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
