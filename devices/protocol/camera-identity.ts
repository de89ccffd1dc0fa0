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
 * Another device for certain: its hardware address is another one, or something differs and nothing is the same. A
 * changed endpoint alone says little, since some cameras make a new one with each firmware.
 */
export function isOtherCamera(a: Identity, b: Identity): boolean {
  const { same, different } = compare(a, b);
  return different.includes('mac') || (different.length > 0 && same.length === 0);
}

/** Whether what a device says openly of itself (its endpoint, its scopes) points at this identity. Proves nothing. */
export function isHinted(
  identity: Identity,
  said: { readonly endpoint: string | null; readonly scopes: readonly string[] },
): boolean {
  const [known, told] = [meaning(identity.endpoint), meaning(said.endpoint)];
  if (known !== null && known === told) return true;
  const open = [said.endpoint ?? '', ...said.scopes].map((text) => text.toLowerCase());
  const serial = meaning(identity.serial);
  return open.some(
    (text) =>
      identity.macs.some((mac) => text.replace(/[^0-9a-f]/g, '').includes(mac.replaceAll(':', ''))) ||
      (serial !== null && serial.length >= 6 && text.includes(serial)),
  );
}

/** The hardware address that most makers end the endpoint's UUID with; null where it cannot be one. */
export function macIn(endpoint: string | null): string | null {
  const tail = /^[0-9a-f-]{24}([0-9a-f]{12})$/i.exec(endpoint ?? '')?.[1]?.toLowerCase();
  if (tail === undefined || /^(.)\1+$/.test(tail)) return null;
  return (tail.match(/../g) ?? []).join(':');
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
