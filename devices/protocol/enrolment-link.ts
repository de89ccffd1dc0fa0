import { z } from 'zod';

/** What a technician scans or pastes at the pole: where to enrol, with which code, and whom to trust there. */
export interface EnrolmentLink {
  /** https://host:port */
  readonly https: string;
  readonly code: string;
  /** SHA-256 of the TLS authority's DER, hex. */
  readonly authority: string;
  /** keyIdOf the commune's root key. */
  readonly root: string;
}

const shape = z.strictObject({
  https: z.url({ protocol: /^https$/ }),
  code: z.string().regex(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){2,7}$/),
  authority: z.string().regex(/^[0-9a-f]{64}$/),
  root: z.string().regex(/^[0-9a-f]{32}$/),
});

export function writeEnrolmentLink(link: EnrolmentLink): string {
  return `loalang:enrol?${new URLSearchParams({ ...link }).toString()}`;
}

/** @throws ZodError naming what is wrong */
export function readEnrolmentLink(text: string): EnrolmentLink {
  const query = /^loalang:enrol\?(.*)$/.exec(text.trim())?.[1] ?? '';
  return shape.parse(Object.fromEntries(new URLSearchParams(query)));
}
