import { z } from 'zod';

/** What the messages' shapes share. Instants are milliseconds since 1970 (UTC). */
export const instant = z.int().min(0);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const percent = z.int().min(0).max(100);
export const v = z.literal(1);

/** Who speaks, of what a box sends and of what answers that one box. */
export const boxHead = { v, commune: z.uuid(), asset: z.uuid(), box: z.uuid() };
/** What a box tells of one instant, by its own clock. */
export const boxReport = { ...boxHead, at: instant };

/** What the service says to one connector. */
export const connectorHead = { v, commune: z.uuid(), connector: z.uuid() };
