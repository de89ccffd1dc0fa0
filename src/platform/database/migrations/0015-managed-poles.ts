/** How a pole is set, linked and paid for, and what technicians let it do. */
export const sql = `
-- [{from, until, volume}], local HH:MM
ALTER TABLE loudspeakers ADD COLUMN volume_hours jsonb NOT NULL DEFAULT '[]';
ALTER TABLE loudspeakers ADD COLUMN emergency_floor int NOT NULL DEFAULT 60;
-- 0: never set; grows at each change of a volume
ALTER TABLE loudspeakers ADD COLUMN settings_version int NOT NULL DEFAULT 0;
ALTER TABLE loudspeakers ADD COLUMN settings_at timestamptz;
-- {number, expiresOn, monthlyMegabytes}
ALTER TABLE loudspeakers ADD COLUMN sim jsonb;

-- the pole's own word: what it follows, and how it is linked
CREATE TABLE pole_reports (
  commune_id     uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  box_id         uuid NOT NULL,
  -- since when it has reported this version
  version        int NOT NULL,
  version_at     timestamptz NOT NULL,
  volume_now     jsonb NOT NULL,
  modem          jsonb,
  told_at        timestamptz NOT NULL,
  PRIMARY KEY (commune_id, loudspeaker_id),
  FOREIGN KEY (commune_id, loudspeaker_id) REFERENCES loudspeakers
);
ALTER TABLE pole_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE pole_reports FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON pole_reports USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());

-- what became of a technician's order; the order itself is in orders
CREATE TABLE task_answers (
  commune_id     uuid NOT NULL,
  order_id       uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  reason         text,
  told_at        timestamptz NOT NULL,
  PRIMARY KEY (commune_id, order_id, loudspeaker_id)
);
ALTER TABLE task_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON task_answers USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());

CREATE TABLE pole_logs (
  commune_id     uuid NOT NULL,
  id             uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  box_id         uuid NOT NULL,
  received_at    timestamptz NOT NULL,
  text           text NOT NULL,
  PRIMARY KEY (commune_id, id)
);
CREATE INDEX pole_logs_of_pole ON pole_logs (commune_id, loudspeaker_id, id DESC);
ALTER TABLE pole_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE pole_logs FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON pole_logs USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
