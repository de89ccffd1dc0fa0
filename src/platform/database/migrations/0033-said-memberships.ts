/** What each box was told last of its place, as it was sealed, and when; empty where nothing since this is kept. */
export const sql = `
ALTER TABLE boxes ADD COLUMN membership text NOT NULL DEFAULT '', ADD COLUMN membership_at timestamptz;
`;
