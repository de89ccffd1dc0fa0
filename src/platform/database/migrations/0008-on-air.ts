/** What sounds, in parts; who goes first. */
export const sql = `
-- [{startedAt, endedAt, seconds}], instants in ms since 1970: several where a higher class cut it and it went on
ALTER TABLE airings ADD COLUMN parts jsonb NOT NULL DEFAULT '[]';

-- of two priority broadcasts that collide, the one that a person put first; low_id < high_id
CREATE TABLE precedences (
  commune_id uuid NOT NULL,
  low_id     uuid NOT NULL,
  high_id    uuid NOT NULL,
  first_id   uuid NOT NULL CHECK (first_id IN (low_id, high_id)),
  decided_by uuid NOT NULL,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (commune_id, low_id, high_id)
);
ALTER TABLE precedences ENABLE ROW LEVEL SECURITY;
ALTER TABLE precedences FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON precedences USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());

-- what is wrong with poles, villages, keys: raised and cleared by what is seen, acknowledged by people
CREATE TABLE alarms (
  commune_id uuid NOT NULL,
  id         uuid NOT NULL,
  kind       text NOT NULL,
  subject    text NOT NULL,
  count      int NOT NULL,
  raised_at  timestamptz NOT NULL,
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  note       text NOT NULL DEFAULT '',
  PRIMARY KEY (commune_id, id)
);
CREATE UNIQUE INDEX alarms_one_open ON alarms (commune_id, kind, subject) WHERE cleared_at IS NULL;
ALTER TABLE alarms ENABLE ROW LEVEL SECURITY;
ALTER TABLE alarms FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON alarms USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
