import { z } from 'zod';

export const villageRequest = z.strictObject({
  word: z.string().trim().min(1).max(30),
  name: z.string().trim().min(1).max(100),
  position: z.int().min(0).max(1_000).optional(),
});
export type VillageRequest = z.infer<typeof villageRequest>;

export const changeVillageRequest = villageRequest.partial();
export type ChangeVillageRequest = z.infer<typeof changeVillageRequest>;
