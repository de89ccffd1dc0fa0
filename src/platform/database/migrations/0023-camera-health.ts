/** Until when a camera's state was told, what checks found, stills and their references, and what is wrong with views. */
export const sql = String.raw`
-- As its connector told it until then: what lies between two lines is known by nobody. NULL: before this was written.
ALTER TABLE camera_states ADD COLUMN until_at timestamptz;
CREATE INDEX camera_states_until ON camera_states (commune_id, until_at);

-- The newest check of each camera.
CREATE TABLE camera_checks (
  commune_id     uuid NOT NULL,
  camera_id      uuid NOT NULL,
  checked_at     timestamptz NOT NULL,
  reach          text NOT NULL,
  stream         text NOT NULL,
  stream_detail  text NOT NULL,
  picture        text NOT NULL,
  picture_detail text NOT NULL,
  -- Checks in a row that brought no picture from a camera that should give one.
  pictures_missed int NOT NULL,
  notice_at      timestamptz,
  PRIMARY KEY (commune_id, camera_id),
  FOREIGN KEY (commune_id, camera_id) REFERENCES cameras
);
CREATE TABLE camera_stills (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  camera_id  uuid NOT NULL,
  taken_at   timestamptz NOT NULL,
  -- 'day' or 'night', by the clock on the wall.
  light      text NOT NULL,
  sha256     text NOT NULL,
  -- 'awaited': named by its connector, its bytes are not here yet; 'here'; 'unreadable'.
  state      text NOT NULL,
  measures   jsonb,
  -- Beside which reference (another still), and what came of it.
  reference_id uuid,
  seen       jsonb,
  finding    text,
  PRIMARY KEY (commune_id, id),
  FOREIGN KEY (commune_id, camera_id) REFERENCES cameras
);
CREATE INDEX camera_stills_by_camera ON camera_stills (commune_id, camera_id, id DESC);
CREATE INDEX camera_stills_awaited ON camera_stills (commune_id, sha256) WHERE state = 'awaited';
CREATE TABLE camera_references (
  commune_id  uuid NOT NULL,
  camera_id   uuid NOT NULL,
  light       text NOT NULL,
  still_id    uuid NOT NULL,
  accepted_by uuid NOT NULL,
  accepted_at timestamptz NOT NULL,
  PRIMARY KEY (commune_id, camera_id, light),
  FOREIGN KEY (commune_id, still_id) REFERENCES camera_stills
);
CREATE TABLE camera_findings (
  commune_id   uuid NOT NULL,
  id           uuid NOT NULL,
  camera_id    uuid NOT NULL,
  kind         text NOT NULL,
  -- Whose task it is, as the point named them when it began.
  owner        text NOT NULL,
  began_at     timestamptz NOT NULL,
  ended_at     timestamptz,
  -- 'picture': a later one was well; 'person': it was accepted as the new reference; 'other': another took its place.
  ended_by     text,
  still_id     uuid,
  reference_id uuid,
  seen         jsonb,
  PRIMARY KEY (commune_id, id),
  FOREIGN KEY (commune_id, camera_id) REFERENCES cameras
);
CREATE UNIQUE INDEX camera_findings_open ON camera_findings (commune_id, camera_id) WHERE ended_at IS NULL;
CREATE INDEX camera_findings_by_camera ON camera_findings (commune_id, camera_id, id DESC);
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['camera_checks', 'camera_stills', 'camera_references', 'camera_findings'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_commune ON %I USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune())', t);
  END LOOP;
END $$;
`;
