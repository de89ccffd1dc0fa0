/** How each camera tells each topic, what people named topics that nobody knew, and what ended an event. */
export const sql = String.raw`
CREATE TABLE event_styles (
  commune_id uuid NOT NULL,
  camera_id  uuid NOT NULL,
  topic      text NOT NULL,
  -- NULL: nobody set it, and what the evidence says counts.
  set_style  text,
  set_by     uuid,
  -- What was learned, and since when it has been so.
  style      text NOT NULL,
  changed_at timestamptz NOT NULL,
  evidence   jsonb NOT NULL,
  PRIMARY KEY (commune_id, camera_id, topic),
  FOREIGN KEY (commune_id, camera_id) REFERENCES cameras
);
CREATE TABLE event_topics (
  commune_id uuid NOT NULL,
  topic      text NOT NULL,
  kind       text NOT NULL,
  named_by   uuid NOT NULL,
  named_at   timestamptz NOT NULL,
  PRIMARY KEY (commune_id, topic)
);
CREATE INDEX notices_unknown ON notices (commune_id, topic) WHERE kind = 'unknown';
-- 'camera': it said so; 'time': no word came for as long as its kind may last.
ALTER TABLE camera_events ADD COLUMN ended_by text;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['event_styles', 'event_topics'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_commune ON %I USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune())', t);
  END LOOP;
END $$;
`;
