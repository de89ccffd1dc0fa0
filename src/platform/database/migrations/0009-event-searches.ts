/**
 * Searches of a kind, and of a kind at one camera: without these a rare kind is looked for through every event of a
 * commune (measured by `npm run bench:events`).
 */
export const sql = String.raw`
CREATE INDEX camera_events_by_kind ON camera_events (commune_id, kind, id DESC);
CREATE INDEX camera_events_by_camera_and_kind ON camera_events (commune_id, camera_id, kind, id DESC);
`;
