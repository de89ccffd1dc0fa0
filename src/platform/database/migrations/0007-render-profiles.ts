/**
 * How a recording was rendered (profile and tune), when each of its sentences sounds, and how an announcement is to be
 * rendered. Recordings of before were all outdoor or alarm, with the only tunes there were.
 */
export const sql = `
ALTER TABLE recordings
  ADD COLUMN tune text,
  ADD COLUMN marks jsonb NOT NULL DEFAULT '[]';
UPDATE recordings SET
  tune = CASE profile WHEN 'emergency' THEN 'two-tone' ELSE 'rising-chord' END,
  profile = CASE profile WHEN 'emergency' THEN 'alarm' ELSE 'outdoor' END;
ALTER TABLE recordings ALTER COLUMN tune SET NOT NULL;

ALTER TABLE announcements
  ADD COLUMN render_profile text NOT NULL DEFAULT 'outdoor',
  ADD COLUMN said_times int NOT NULL DEFAULT 1 CHECK (said_times IN (1, 2));
`;
