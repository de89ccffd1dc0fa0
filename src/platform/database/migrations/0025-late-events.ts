/**
 * Searches of some hours: what happened then was received then, but for what came late. Without this index a day of
 * receipts is gone through for them (a hundred thousand events, where there are ten million in a quarter).
 */
export const sql = String.raw`
CREATE INDEX camera_events_late ON camera_events (commune_id, id DESC)
  WHERE received_at - occurred_at > interval '10 minutes' OR uncertainty_ms > 300000;
`;
