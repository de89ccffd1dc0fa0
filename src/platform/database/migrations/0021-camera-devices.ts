/** What a connector holds and what is seen at a point are two things: a recorder is one device with many cameras. */
export const sql = String.raw`
CREATE TABLE camera_devices (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  -- A recorder's, as people call it; empty for a camera by itself.
  name       text NOT NULL DEFAULT '',
  connector_id uuid NOT NULL,
  moving_to  uuid,
  address    text NOT NULL,
  username   text NOT NULL,
  sealed_password text NOT NULL,
  default_password boolean,
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
  passport   jsonb,
  passport_at timestamptz,
  certificate text,
  shown_certificate text,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (commune_id, id)
);
ALTER TABLE camera_devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_devices FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON camera_devices USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());

-- A device has the identifier of the camera that it was: connectors know it by that, on their disks too.
INSERT INTO camera_devices (commune_id, id, connector_id, moving_to, address, username, sealed_password,
  default_password, revision, state, state_since, heard_at, detail, clock_offset_ms, manufacturer, model, firmware,
  serial, passport, passport_at, certificate, shown_certificate, created_at, retired_at)
SELECT commune_id, id, connector_id, moving_to, address, username, sealed_password,
  default_password, revision, state, state_since, heard_at, detail, clock_offset_ms, manufacturer, model, firmware,
  serial, passport, passport_at, certificate, shown_certificate, created_at, retired_at
FROM cameras;

ALTER TABLE cameras ADD COLUMN device_id uuid;
-- The recorder's video source; NULL: whatever the device shows.
ALTER TABLE cameras ADD COLUMN channel text;
UPDATE cameras SET device_id = id;
ALTER TABLE cameras ALTER COLUMN device_id SET NOT NULL,
  ADD FOREIGN KEY (commune_id, device_id) REFERENCES camera_devices,
  DROP COLUMN connector_id, DROP COLUMN moving_to, DROP COLUMN address, DROP COLUMN username,
  DROP COLUMN sealed_password, DROP COLUMN default_password, DROP COLUMN revision, DROP COLUMN state,
  DROP COLUMN state_since, DROP COLUMN heard_at, DROP COLUMN detail, DROP COLUMN clock_offset_ms,
  DROP COLUMN manufacturer, DROP COLUMN model, DROP COLUMN firmware, DROP COLUMN serial, DROP COLUMN passport,
  DROP COLUMN passport_at, DROP COLUMN certificate, DROP COLUMN shown_certificate;
CREATE UNIQUE INDEX cameras_one_at_a_channel ON cameras (commune_id, device_id, channel) NULLS NOT DISTINCT
  WHERE retired_at IS NULL;

ALTER TABLE camera_states DROP CONSTRAINT camera_states_commune_id_camera_id_fkey;
ALTER TABLE camera_states RENAME COLUMN camera_id TO device_id;
ALTER TABLE camera_states ADD FOREIGN KEY (commune_id, device_id) REFERENCES camera_devices;
ALTER TABLE camera_handovers DROP CONSTRAINT camera_handovers_commune_id_camera_id_fkey;
ALTER TABLE camera_handovers RENAME COLUMN camera_id TO device_id;
ALTER TABLE camera_handovers ADD FOREIGN KEY (commune_id, device_id) REFERENCES camera_devices;

-- The recorder's channel that a notice names.
ALTER TABLE notices ADD COLUMN channel text;
-- Only where no camera of its device shows what it tells of: it is kept, and nobody's. camera_id is the device too.
ALTER TABLE notices ADD COLUMN stray_of uuid;
CREATE INDEX notices_strays ON notices (commune_id, stray_of, id DESC) WHERE stray_of IS NOT NULL;
`;
