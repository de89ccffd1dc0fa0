/**
 * The first shape of the database. Every tenant's table has `commune_id` in its key and row-level security forced on
 * it: with no commune set, the application's role sees no row. Identifiers are UUIDv7 made by the application; an
 * airing's is derived. `notices` and `camera_events` are partitioned on their identifier (its time), `airings` on
 * their nominal instant; a default partition catches what upkeep did not foresee, so that no insert ever fails.
 */
export const sql = String.raw`
CREATE FUNCTION loa_commune() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('loa.commune', true), '')::uuid $$;

CREATE TABLE communes (
  id              uuid PRIMARY KEY,
  name            text NOT NULL,
  province        text NOT NULL DEFAULT '',
  settings        jsonb NOT NULL DEFAULT '{}',
  root_public_key text NOT NULL,
  created_at      timestamptz NOT NULL
);
ALTER TABLE communes ENABLE ROW LEVEL SECURITY;
ALTER TABLE communes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON communes USING (id = loa_commune()) WITH CHECK (id = loa_commune());

-- accounts
CREATE TABLE people (
  commune_id    uuid NOT NULL REFERENCES communes,
  id            uuid NOT NULL,
  login_name    text NOT NULL UNIQUE,
  display_name  text NOT NULL,
  phone         text NOT NULL DEFAULT '',
  password_hash text NOT NULL,
  roles         text[] NOT NULL,
  village_ids   uuid[] NOT NULL DEFAULT '{}',
  must_change_password boolean NOT NULL DEFAULT false,
  disabled_at   timestamptz,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (commune_id, id)
);
CREATE TABLE sessions (
  commune_id   uuid NOT NULL,
  token_hash   text NOT NULL,
  person_id    uuid NOT NULL,
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (commune_id, token_hash),
  FOREIGN KEY (commune_id, person_id) REFERENCES people ON DELETE CASCADE
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE TABLE sign_in_links (
  commune_id uuid NOT NULL,
  token_hash text NOT NULL,
  person_id  uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (commune_id, token_hash),
  FOREIGN KEY (commune_id, person_id) REFERENCES people ON DELETE CASCADE
);
CREATE TABLE delegations (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  from_person_id uuid NOT NULL,
  to_person_id   uuid NOT NULL,
  from_date  date NOT NULL,
  until_date date NOT NULL,
  created_at timestamptz NOT NULL,
  ended_at   timestamptz,
  PRIMARY KEY (commune_id, id)
);

-- journal: ids and hashes stand for ever; words about people lie beside it, salted and erasable
CREATE TABLE journal (
  commune_id   uuid NOT NULL,
  number       bigint NOT NULL,
  at           timestamptz NOT NULL,
  actor_id     uuid,
  action       text NOT NULL,
  subject_type text NOT NULL,
  subject_id   text NOT NULL,
  facts        jsonb NOT NULL,
  words_hash   text NOT NULL,
  previous_hash text NOT NULL,
  hash         text NOT NULL,
  PRIMARY KEY (commune_id, number)
);
CREATE TABLE journal_words (
  commune_id uuid NOT NULL,
  number     bigint NOT NULL,
  salt       text NOT NULL,
  words      text NOT NULL,
  PRIMARY KEY (commune_id, number)
);
-- what was done while the database was down enters once, however often its spool is read
CREATE UNIQUE INDEX journal_spooled ON journal (commune_id, (facts ->> 'spoolId')) WHERE facts ? 'spoolId';
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_words_unchanged BEFORE UPDATE OR TRUNCATE ON journal_words
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- villages
CREATE TABLE villages (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  word       text NOT NULL,
  name       text NOT NULL,
  position   int NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (commune_id, id)
);

-- speech
CREATE TABLE recordings (
  commune_id  uuid NOT NULL,
  id          uuid NOT NULL,
  spoken_hash text NOT NULL,
  voice_id    text NOT NULL,
  is_fallback boolean NOT NULL,
  profile     text NOT NULL,
  opus_sha256 text NOT NULL,
  opus_bytes  int NOT NULL,
  mp3_sha256  text NOT NULL,
  mp3_bytes   int NOT NULL,
  seconds     double precision NOT NULL,
  loudness_lufs  real NOT NULL,
  true_peak_dbtp real NOT NULL,
  lexicon_version text NOT NULL,
  made_at     timestamptz NOT NULL,
  PRIMARY KEY (commune_id, id)
);
CREATE INDEX recordings_same ON recordings (commune_id, spoken_hash, voice_id, profile);

-- announcements
CREATE TABLE announcements (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  short_code text NOT NULL UNIQUE,
  title      text NOT NULL,
  text       text NOT NULL,
  priority   text NOT NULL,
  village_ids uuid[] NOT NULL DEFAULT '{}',
  state      text NOT NULL,
  revision   int NOT NULL,
  author_id  uuid NOT NULL,
  spoken     text NOT NULL DEFAULT '',
  doubts     int NOT NULL DEFAULT 0,
  picks      jsonb NOT NULL DEFAULT '{}',
  recording_id uuid,
  recording_revision int,
  -- a recording of this revision was asked for and is not ready: begun again after a restart
  rendering_revision int,
  rendering_fault text,
  submitted_by uuid,
  submitted_at timestamptz,
  decided_by   uuid,
  decided_for  uuid,
  decided_at   timestamptz,
  decision_note text NOT NULL DEFAULT '',
  self_approved boolean NOT NULL DEFAULT false,
  prepared   boolean NOT NULL DEFAULT false,
  copied_from uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (commune_id, id)
);
CREATE INDEX announcements_newest ON announcements (commune_id, updated_at DESC, id DESC);

-- loudspeakers and the boxes that stand there
CREATE TABLE loudspeakers (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  number     int NOT NULL,
  name       text NOT NULL,
  village_id uuid NOT NULL,
  place      text NOT NULL DEFAULT '',
  latitude   double precision,
  longitude  double precision,
  horns      int NOT NULL,
  volume     jsonb NOT NULL,
  offset_ms  int NOT NULL DEFAULT 0,
  retired_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (commune_id, id),
  UNIQUE (commune_id, number),
  FOREIGN KEY (commune_id, village_id) REFERENCES villages
);
CREATE TABLE connectors (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  name       text NOT NULL,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (commune_id, id)
);
-- kind: loudspeaker | connector; asset_id: the pole or the connector
CREATE TABLE boxes (
  commune_id  uuid NOT NULL,
  id          uuid NOT NULL,
  kind        text NOT NULL,
  asset_id    uuid NOT NULL,
  public_key  text NOT NULL,
  sealing_key text,
  mqtt_secret_hash text NOT NULL,
  hardware    text NOT NULL DEFAULT '',
  enrolled_at timestamptz NOT NULL,
  replaced_at timestamptz,
  PRIMARY KEY (commune_id, id)
);
CREATE UNIQUE INDEX boxes_one_at_a_place ON boxes (commune_id, asset_id) WHERE replaced_at IS NULL;
CREATE TABLE enrolment_codes (
  commune_id uuid NOT NULL,
  code_hash  text NOT NULL,
  kind       text NOT NULL,
  asset_id   uuid NOT NULL,
  asset_name text NOT NULL,
  made_by    uuid,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (commune_id, code_hash)
);
CREATE UNIQUE INDEX enrolment_codes_hash ON enrolment_codes (code_hash);
-- the newest signed programme of each pole: also the outbox to it
CREATE TABLE programmes (
  commune_id uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  number     bigint NOT NULL,
  issued_at  timestamptz NOT NULL,
  until_at   timestamptz NOT NULL,
  content_hash text NOT NULL,
  held_number bigint,
  held_at    timestamptz,
  audio_ready int,
  audio_needed int,
  PRIMARY KEY (commune_id, loudspeaker_id)
);
CREATE TABLE orders (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  number     bigint NOT NULL,
  kind       text NOT NULL,
  poles      uuid[],
  content    jsonb NOT NULL,
  issued_by  uuid,
  issued_at  timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  reason     text NOT NULL DEFAULT '',
  PRIMARY KEY (commune_id, id)
);
CREATE INDEX orders_newest ON orders (commune_id, number DESC);
CREATE TABLE emergencies (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  title      text NOT NULL,
  text       text NOT NULL,
  announcement_id uuid,
  opus_sha256 text NOT NULL,
  opus_bytes int NOT NULL,
  seconds    double precision NOT NULL,
  poles      uuid[],
  every_seconds int NOT NULL,
  start_at   timestamptz NOT NULL,
  end_at     timestamptz NOT NULL,
  raised_by  uuid,
  reason     text NOT NULL DEFAULT '',
  cancelled_at timestamptz,
  cancelled_by uuid,
  PRIMARY KEY (commune_id, id)
);
CREATE TABLE silences (
  commune_id uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  silenced_at timestamptz NOT NULL,
  PRIMARY KEY (commune_id, loudspeaker_id)
);
CREATE TABLE receipts (
  commune_id  uuid NOT NULL,
  box_id      uuid NOT NULL,
  seq         bigint NOT NULL,
  received_at timestamptz NOT NULL,
  body        jsonb NOT NULL,
  PRIMARY KEY (commune_id, box_id, seq)
);
CREATE TABLE refusals (
  commune_id  uuid NOT NULL,
  id          uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  box_id      uuid NOT NULL,
  at          timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  what        text NOT NULL,
  reason      text NOT NULL,
  detail      text NOT NULL,
  sha256      text NOT NULL,
  PRIMARY KEY (commune_id, id)
);

-- broadcasts and their ledger
CREATE TABLE broadcasts (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  announcement_id uuid NOT NULL,
  recording_id uuid NOT NULL,
  title      text NOT NULL,
  priority   text NOT NULL,
  target     jsonb NOT NULL,
  schedule   jsonb NOT NULL,
  repeat_count int NOT NULL,
  repeat_gap_seconds int NOT NULL,
  late_seconds int NOT NULL,
  quiet_hours_reason text NOT NULL DEFAULT '',
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  cancelled_at timestamptz,
  cancelled_by uuid,
  PRIMARY KEY (commune_id, id)
);
CREATE TABLE airings (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  nominal_at timestamptz NOT NULL,
  broadcast_id uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  repeat     int NOT NULL,
  priority   text NOT NULL,
  title      text NOT NULL,
  start_by   timestamptz NOT NULL,
  planned_seconds double precision NOT NULL,
  state      text NOT NULL,
  reason     text,
  started_at timestamptz,
  ended_at   timestamptz,
  actual_seconds double precision,
  box_id     uuid,
  reported_at timestamptz,
  planned_at timestamptz NOT NULL,
  PRIMARY KEY (commune_id, nominal_at, id)
) PARTITION BY RANGE (nominal_at);
CREATE TABLE airings_default PARTITION OF airings DEFAULT;
CREATE INDEX airings_by_broadcast ON airings (commune_id, broadcast_id, nominal_at);
CREATE INDEX airings_by_pole ON airings (commune_id, loudspeaker_id, nominal_at);
CREATE INDEX airings_open ON airings (commune_id, nominal_at) WHERE state IN ('planned', 'started');

-- cameras
CREATE TABLE camera_points (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  number     int NOT NULL,
  name       text NOT NULL,
  village_id uuid NOT NULL,
  place      text NOT NULL DEFAULT '',
  latitude   double precision,
  longitude  double precision,
  purpose    text NOT NULL,
  legal_basis text NOT NULL,
  notice_posted boolean NOT NULL,
  owner      text NOT NULL,
  retention_days int NOT NULL,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (commune_id, id),
  UNIQUE (commune_id, number)
);
CREATE TABLE cameras (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  point_id   uuid NOT NULL,
  connector_id uuid NOT NULL,
  address    text NOT NULL,
  username   text NOT NULL,
  sealed_password text NOT NULL,
  revision   int NOT NULL,
  state      text NOT NULL,
  state_since timestamptz NOT NULL,
  heard_at   timestamptz,
  detail     text NOT NULL DEFAULT '',
  clock_offset_ms double precision,
  manufacturer text,
  model      text,
  firmware   text,
  serial     text,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (commune_id, id),
  FOREIGN KEY (commune_id, point_id) REFERENCES camera_points
);
CREATE UNIQUE INDEX cameras_one_at_a_point ON cameras (commune_id, point_id) WHERE retired_at IS NULL;

CREATE TABLE notices (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  camera_id  uuid NOT NULL,
  box_id     uuid NOT NULL,
  received_at timestamptz NOT NULL,
  camera_time_text text,
  clock_offset_ms double precision,
  uncertainty_ms double precision NOT NULL,
  occurred_at timestamptz NOT NULL,
  topic      text NOT NULL,
  operation  text NOT NULL,
  kind       text NOT NULL,
  phase      text NOT NULL,
  source     jsonb NOT NULL,
  data       jsonb NOT NULL,
  raw        bytea NOT NULL,
  raw_sha256 text NOT NULL,
  event_id   uuid,
  PRIMARY KEY (commune_id, id)
) PARTITION BY RANGE (id);
CREATE TABLE notices_default PARTITION OF notices DEFAULT;
CREATE TABLE camera_events (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  camera_id  uuid NOT NULL,
  point_id   uuid NOT NULL,
  kind       text NOT NULL,
  source_key text NOT NULL,
  state      text NOT NULL,
  received_at timestamptz NOT NULL,
  occurred_at timestamptz NOT NULL,
  uncertainty_ms double precision NOT NULL,
  ended_at   timestamptz,
  last_notice_at timestamptz NOT NULL,
  notice_count int NOT NULL,
  topic      text NOT NULL,
  snapshot_sha256 text,
  snapshot_at timestamptz,
  seen_by    uuid,
  seen_at    timestamptz,
  PRIMARY KEY (commune_id, id)
) PARTITION BY RANGE (id);
CREATE TABLE camera_events_default PARTITION OF camera_events DEFAULT;
CREATE INDEX camera_events_open ON camera_events (commune_id, camera_id, kind) WHERE state = 'open';
CREATE INDEX camera_events_by_camera ON camera_events (commune_id, camera_id, id DESC);
CREATE INDEX camera_events_snapshot ON camera_events (commune_id, snapshot_sha256) WHERE snapshot_sha256 IS NOT NULL;
CREATE INDEX notices_by_event ON notices (commune_id, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX camera_events_unseen ON camera_events (commune_id, id DESC) WHERE seen_at IS NULL;

-- row-level security on every table that has a commune
DO $$
DECLARE t text;
BEGIN
  FOR t IN
    SELECT c.relname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'commune_id'
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_commune ON %I USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune())', t);
  END LOOP;
END $$;

-- What is asked before a commune is known: which commune it is. Hashes and login names only.
CREATE TABLE loa_directory (
  kind       text NOT NULL,
  key        text NOT NULL,
  commune_id uuid NOT NULL,
  PRIMARY KEY (kind, key)
);
COMMENT ON TABLE loa_directory IS 'Which commune a login name, session, code or short link belongs to; no row-level security';
-- Sign-in tries, by SHA-256 of the login name, device or address: also of names that do not exist, so no commune.
CREATE TABLE loa_sign_in_tries (
  kind        text NOT NULL,
  key         text NOT NULL,
  in_a_row    int NOT NULL,
  hour_at     timestamptz NOT NULL,
  in_hour     int NOT NULL,
  wait_until  timestamptz NOT NULL,
  tried_at    timestamptz NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE INDEX loa_sign_in_tries_old ON loa_sign_in_tries (tried_at);
CREATE TABLE loa_communes (id uuid PRIMARY KEY, name text NOT NULL, created_at timestamptz NOT NULL);
COMMENT ON TABLE loa_communes IS 'The communes that this service serves; no row-level security';

-- Monthly partitions from a month ago until the month of "until_at". Called at start and daily.
CREATE FUNCTION ensure_partitions(until_at timestamptz) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  month timestamptz := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '1 month';
  following timestamptz;
  suffix text;
  made int := 0;
  t text;
BEGIN
  WHILE month <= until_at LOOP
    following := (date_trunc('month', month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    suffix := to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
    FOREACH t IN ARRAY ARRAY['airings', 'notices', 'camera_events'] LOOP
      IF to_regclass(t || '_' || suffix) IS NULL THEN
        BEGIN
          IF t = 'airings' THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF airings FOR VALUES FROM (%L) TO (%L)', t || '_' || suffix, month, following);
          ELSE
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', t || '_' || suffix, t, uuid_floor(month), uuid_floor(following));
          END IF;
          EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t || '_' || suffix);
          EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t || '_' || suffix);
          EXECUTE format('CREATE POLICY own_commune ON %I USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune())', t || '_' || suffix);
          made := made + 1;
        EXCEPTION WHEN check_violation THEN
          -- Rows of that month already lie in the default partition: they stay there.
          RAISE WARNING 'partition % not made: rows in the default partition', t || '_' || suffix;
        END;
      END IF;
    END LOOP;
    month := following;
  END LOOP;
  RETURN made;
END $$;

-- The smallest UUIDv7 of an instant.
CREATE FUNCTION uuid_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;
`;
