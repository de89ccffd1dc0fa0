/** Emergencies in the villages' languages. */
export const sql = `
ALTER TABLE emergencies ADD COLUMN language text NOT NULL DEFAULT 'vi';
-- the emergency that it was raised as one with, in another language or for other poles; null: itself
ALTER TABLE emergencies ADD COLUMN together uuid;
`;
