/** The books: by whose clock a pole told. */
export const sql = `
-- when the pole wrote its last word down, by its own clock; reported_at is when the service took it
ALTER TABLE airings ADD COLUMN told_at timestamptz;
`;
