import { z } from 'zod';

export const villageView = z.object({
  id: z.uuid(),
  /** thôn, xóm, bản, buôn, làng, ấp…: the village's own word. */
  word: z.string(),
  name: z.string(),
  position: z.int(),
  /** Codes of `GET /api/languages`, in the order in which its loudspeakers speak them. */
  languages: z.array(z.string()),
});
export type VillageView = z.infer<typeof villageView>;

export const languageView = z.object({
  code: z.string(),
  /** As Vietnamese officials say it: Ê Đê. */
  name: z.string(),
  /** As its speakers write it: Klei Êđê. */
  ownName: z.string(),
});
export type LanguageView = z.infer<typeof languageView>;
