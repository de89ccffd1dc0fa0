/** Desks beside poles, and what was looked at when one was put up. */
export const sql = String.raw`
ALTER TABLE loudspeakers ADD COLUMN kind text NOT NULL DEFAULT 'pole' CHECK (kind IN ('pole', 'desk'));
CREATE TABLE pole_checks (
  commune_id     uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  item           text NOT NULL,
  is_good        boolean NOT NULL,
  note           text NOT NULL,
  said_by        uuid NOT NULL,
  said_at        timestamptz NOT NULL,
  PRIMARY KEY (commune_id, loudspeaker_id, item),
  FOREIGN KEY (commune_id, loudspeaker_id) REFERENCES loudspeakers
);
ALTER TABLE pole_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE pole_checks FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON pole_checks USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
-- The bytes stand in the row: at most some ten photos a pole of 300 kB, saved and erased with it.
CREATE TABLE pole_photos (
  commune_id     uuid NOT NULL,
  id             uuid NOT NULL,
  loudspeaker_id uuid NOT NULL,
  item           text NOT NULL,
  sha256         text NOT NULL,
  jpeg           bytea NOT NULL,
  latitude       double precision,
  longitude      double precision,
  taken_by       uuid NOT NULL,
  taken_at       timestamptz NOT NULL,
  PRIMARY KEY (commune_id, id),
  UNIQUE (commune_id, loudspeaker_id, item, sha256),
  FOREIGN KEY (commune_id, loudspeaker_id) REFERENCES loudspeakers
);
ALTER TABLE pole_photos ENABLE ROW LEVEL SECURITY;
ALTER TABLE pole_photos FORCE ROW LEVEL SECURITY;
CREATE POLICY own_commune ON pole_photos USING (commune_id = loa_commune()) WITH CHECK (commune_id = loa_commune());
`;
