/** By what a camera is known again, wherever it stands in the network. Its address is no part of it. */
export interface Identity {
  readonly serial: string | null;
  readonly macs: readonly string[];
  readonly endpoint: string | null;
}

export const attributes = ['serial', 'mac', 'endpoint'] as const;
export type Attribute = (typeof attributes)[number];

/** What many devices carry instead of a number of their own. */
const meaningless =
  /^(?:0+|1234567890?|none|null|unknown|n\/a|default|serial(?:number)?|0123456789abcdef?)$/i;

/** Which attributes are the same, and which both have and differ in; what one of them does not tell is neither. */
export function compare(a: Identity, b: Identity): { same: Attribute[]; different: Attribute[] } {
  const same: Attribute[] = [];
  const different: Attribute[] = [];
  const judge = (attribute: Attribute, isKnown: boolean, isSame: boolean): void => {
    if (isKnown) (isSame ? same : different).push(attribute);
  };
  const [one, other] = [meaning(a.serial), meaning(b.serial)];
  judge('serial', one !== null && other !== null, one === other);
  judge(
    'mac',
    a.macs.length > 0 && b.macs.length > 0,
    a.macs.some((mac) => b.macs.includes(mac)),
  );
  const [here, there] = [meaning(a.endpoint), meaning(b.endpoint)];
  judge('endpoint', here !== null && there !== null, here === there);
  return { same, different };
}

/** The very same device: two attributes say so, and none speaks against it. */
export function isSameCamera(a: Identity, b: Identity): boolean {
  const { same, different } = compare(a, b);
  return same.length >= 2 && different.length === 0;
}

/**
 * Two registered cameras that should not have this in common: one device registered `twice`, or a number that is on two
 * devices (`cloned`: cheap cameras are sold with one serial number by the thousand, and a false camera copies one).
 */
export function twinOf(a: Identity, b: Identity): 'twice' | 'cloned' | null {
  const { same, different } = compare(a, b);
  if (same.length === 0) return null;
  return different.length === 0 && same.length >= 2 ? 'twice' : 'cloned';
}

function meaning(text: string | null): string | null {
  const plain = text?.trim().toLowerCase() ?? '';
  return plain === '' || meaningless.test(plain) ? null : plain;
}
