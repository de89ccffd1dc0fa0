/** What a camera's device says that it keeps of it, as the newest check that learned it was told. */
export const sql = String.raw`
-- Kept of src/camera-health/kept.ts; NULL: no check has learned it.
ALTER TABLE camera_checks ADD COLUMN recording jsonb;
`;
