import { z } from 'zod';

export const villageView = z.object({
  id: z.uuid(),
  /** thôn, xóm, bản, buôn, làng, ấp…: the village's own word. */
  word: z.string(),
  name: z.string(),
  position: z.int(),
});
export type VillageView = z.infer<typeof villageView>;
