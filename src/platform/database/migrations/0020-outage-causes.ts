/** Why a camera was probably out of reach, and from what that was read. */
export const sql = String.raw`
ALTER TABLE camera_events ADD COLUMN cause jsonb;
`;
