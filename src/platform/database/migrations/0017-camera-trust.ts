/** What a camera is known by on an encrypted line, and what the law and the police ask of a point. */
export const sql = String.raw`
-- SHA-256 of the certificate that a person confirmed, and of the other one that the camera shows, if it does.
ALTER TABLE cameras ADD COLUMN certificate text;
ALTER TABLE cameras ADD COLUMN shown_certificate text;
ALTER TABLE camera_points ADD COLUMN direction text NOT NULL DEFAULT '';
ALTER TABLE camera_points ADD COLUMN conformity text NOT NULL DEFAULT '';
ALTER TABLE camera_points ADD COLUMN recorder text NOT NULL DEFAULT '';
ALTER TABLE camera_points ADD COLUMN recorder_channel text NOT NULL DEFAULT '';
ALTER TABLE camera_points ADD COLUMN recorder_days int;
`;
