import { z } from 'zod';

export const villageRequest = z.strictObject({
  word: z.string().trim().min(1).max(30),
  name: z.string().trim().min(1).max(100),
  position: z.int().min(0).max(1_000).optional(),
  /** What its loudspeakers speak, in this order: codes of `GET /api/languages`. Vietnamese alone where it is left out. */
  languages: z.array(z.string().max(8)).max(10).optional(),
});
export type VillageRequest = z.infer<typeof villageRequest>;

export const changeVillageRequest = villageRequest.partial();
export type ChangeVillageRequest = z.infer<typeof changeVillageRequest>;
