/** Whose a box is or was, asked by its id alone: a box that was replaced knocks without its commune being known. */
export const sql = `
CREATE FUNCTION box_of(box_id uuid) RETURNS TABLE (commune_id uuid, asset_id uuid, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT b.commune_id, b.asset_id, b.kind FROM boxes b WHERE b.id = box_id LIMIT 1
$$;
CREATE INDEX boxes_by_id ON boxes (id);
`;
