/**
 * A village hears its languages in an order; an announcement holds a human recording for a language beside (or in place
 * of) its Vietnamese text; a broadcast pins the whole set that was approved; the ledger names the language of each
 * sounding. Versions lie in the row of their announcement: they are read, changed and approved together.
 */
export const sql = String.raw`
ALTER TABLE villages ADD COLUMN languages text[] NOT NULL DEFAULT '{vi}';

ALTER TABLE announcements
  ADD COLUMN summary text NOT NULL DEFAULT '',
  ADD COLUMN versions jsonb NOT NULL DEFAULT '[]';

ALTER TABLE recordings ADD COLUMN source_sha256 text;
CREATE INDEX recordings_of_people ON recordings (commune_id, made_at) WHERE source_sha256 IS NOT NULL;

ALTER TABLE broadcasts ADD COLUMN versions jsonb;
UPDATE broadcasts SET versions = jsonb_build_array(jsonb_build_object('language', 'vi', 'recordingId', recording_id));
ALTER TABLE broadcasts ALTER COLUMN versions SET NOT NULL, DROP COLUMN recording_id;

ALTER TABLE airings ADD COLUMN language text NOT NULL DEFAULT 'vi';
`;
