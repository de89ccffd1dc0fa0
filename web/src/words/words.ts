import { vi } from './vi.ts';

/** Another language is another object of this shape. */
export type Words = typeof vi;

export const words: Words = vi;
