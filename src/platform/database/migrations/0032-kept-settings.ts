/** What a pole stays with although the books, which are a backup's, say something older. */
export const sql = `
ALTER TABLE pole_reports ADD COLUMN kept jsonb;
`;
