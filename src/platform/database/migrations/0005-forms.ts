/** Announcements that were written with a form: the template, its values, and where they stand in the text. */
export const sql = `
ALTER TABLE announcements ADD COLUMN form jsonb;
`;
