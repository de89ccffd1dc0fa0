import { z } from 'zod';

/** A one-time code for the box at a place, as a link and as a QR picture (SVG). */
export const enrolmentView = z.object({
  code: z.string(),
  link: z.string(),
  qrSvg: z.string(),
  expiresAt: z.iso.datetime(),
});
export type EnrolmentView = z.infer<typeof enrolmentView>;
