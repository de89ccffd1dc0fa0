/**
 * Searches of some hours: what began more than a day before them and lasted into them, an outage of three days above
 * all. What is still open has an index already.
 */
export const sql = String.raw`
CREATE INDEX camera_events_long ON camera_events (commune_id, id DESC)
  WHERE state <> 'open' AND (coalesce(ended_at, last_notice_at) - received_at > interval '23 hours' OR uncertainty_ms > 3600000);
`;
