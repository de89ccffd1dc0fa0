import { compare } from '../../devices/protocol/camera-identity.ts';
import type { Identity } from '../../devices/protocol/camera-identity.ts';
import type { CameraFindings } from '../../devices/protocol/camera-messages.ts';
import { readCameraAddress } from './camera-address.ts';
import type { CameraSearchView } from './camera.view.ts';

type Found = CameraFindings['found'][number];
type Known = CameraSearchView['found'][number]['known'];

/** A registered camera, as far as it can be told from what answers. */
export interface Registered {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly identity: Identity | null;
}

/** What is found, each with what is known of it here. */
export function judged(
  found: readonly Found[],
  registered: readonly Registered[],
): CameraSearchView['found'] {
  return found.map((one) => ({
    ...{ address: one.address, name: one.name, hardware: one.hardware, mac: one.mac, endpoint: one.endpoint },
    known: knownAs(one, found, registered),
  }));
}

function knownAs(one: Found, found: readonly Found[], registered: readonly Registered[]): Known {
  const isSame = (identity: Identity): boolean => compare(identity, identityOf(one)).same.length > 0;
  const twin = found.some(
    (other) => place(other.address) !== place(one.address) && isSame(identityOf(other)),
  );
  const here = registered.find(({ address }) => place(address) === place(one.address));
  const same = registered.find(({ identity }) => identity !== null && isSame(identity));
  const camera = here ?? same;
  const named = camera === undefined ? null : { id: camera.id, name: camera.name };
  if (twin) return { how: 'cloned', camera: named };
  if (here !== undefined) return { how: 'here', camera: named };
  return same === undefined ? null : { how: 'elsewhere', camera: named };
}

/** As `judged`, of one address that a person has entered: by what was found last, and by what is registered there. */
export function knownAt(address: string, found: readonly Found[], registered: readonly Registered[]): Known {
  const there = found.find((one) => place(one.address) === place(address));
  if (there !== undefined) return knownAs(there, found, registered);
  const here = registered.find((one) => place(one.address) === place(address));
  return here === undefined ? null : { how: 'here', camera: { id: here.id, name: here.name } };
}

function identityOf({ mac, endpoint }: Found): Identity {
  return { serial: null, macs: mac === null ? [] : [mac], endpoint };
}

function place(address: string): string {
  try {
    const { hostname, port } = readCameraAddress(address);
    return `${hostname.toLowerCase()} ${port}`;
  } catch {
    return address;
  }
}
