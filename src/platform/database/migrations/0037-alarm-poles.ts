/** Whom an alarm is about that many poles have in common. */
export const sql = String.raw`
ALTER TABLE alarms ADD COLUMN poles uuid[] NOT NULL DEFAULT '{}';
`;
