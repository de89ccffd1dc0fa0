/** Parts of recordings that people asked recorders for, and what came. */
export const sql = String.raw`
CREATE TABLE camera_replays (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  -- Events are partitioned: no foreign key.
  event_id   uuid NOT NULL,
  camera_id  uuid NOT NULL,
  point_id   uuid NOT NULL,
  asked_by   uuid NOT NULL,
  asked_at   timestamptz NOT NULL,
  -- What was asked for, by true time.
  from_at    timestamptz NOT NULL,
  until_at   timestamptz NOT NULL,
  state      text NOT NULL,
  fault      text,
  -- Clip of src/replays/replay.ts; NULL unless it is kept.
  clip       jsonb,
  PRIMARY KEY (commune_id, id),
  FOREIGN KEY (commune_id, camera_id) REFERENCES cameras
);
CREATE INDEX camera_replays_by_event ON camera_replays (commune_id, event_id, id DESC);
CREATE INDEX camera_replays_by_point ON camera_replays (commune_id, point_id, asked_at);
CREATE INDEX camera_replays_running ON camera_replays (commune_id) WHERE state = 'running';
CREATE INDEX camera_replays_by_hash ON camera_replays (commune_id, (clip->>'sha256')) WHERE clip IS NOT NULL;
ALTER TABLE camera_replays ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_replays FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON camera_replays USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
