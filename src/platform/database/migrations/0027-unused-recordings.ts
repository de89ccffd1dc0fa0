/** Since when nothing refers to a recording that a person brought: a month later it is removed. */
export const sql = `
ALTER TABLE recordings ADD COLUMN unused_since timestamptz;
`;
