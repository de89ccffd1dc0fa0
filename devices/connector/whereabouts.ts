import type { Attribute, Identity } from '../protocol/camera-identity.ts';
import { backoffMs } from './backoff.ts';
import { readCameraAddress, type CameraAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import type { Lookout } from './lookout.ts';
import type { CameraMemory } from './memory.store.ts';
import { recognise } from './recognition.ts';

/** Of one camera that is held: where it is now, which may be another place than the list says. */
export interface Whereabouts {
  address: CameraAddress;
  /** Where it was found by its identity, when it had left its address. */
  moved: { readonly to: string; readonly same: readonly Attribute[] } | null;
  /** Not asked again before this, by the connector's clock. */
  seekAfterMs: number;
  seeks: number;
  /** Addresses that refused the password: it is not tried there again. */
  readonly refused: Set<string>;
}

export function firstPlace(address: CameraAddress): Whereabouts {
  return { address, moved: null, seekAfterMs: 0, seeks: 0, refused: new Set() };
}

/** Counts one more search for it. @returns how long not to begin another */
export function nextSeekMs(place: Whereabouts): number {
  place.seeks += 1;
  return backoffMs(place.seeks + 2, Math.random());
}

/**
 * Looks for a lost camera by its identity, and proves it where something says openly that it might be that one: two
 * attributes must be the same and none different, since a password is about to be used there for good.
 * @returns whether it was found, and is at `of.place` now
 */
export async function seek(
  lookout: Lookout,
  identity: Identity,
  of: {
    readonly place: Whereabouts;
    readonly memory: CameraMemory;
    readonly sessionAt: (where: CameraAddress) => CameraSession;
    readonly isHeld: () => boolean;
  },
): Promise<boolean> {
  const { place, memory, sessionAt, isHeld } = of;
  const here = place.address;
  for (const candidate of await lookout.candidates(identity, here.hostname)) {
    const address = readCameraAddress(candidate);
    if (address.origin === here.origin || place.refused.has(address.origin)) continue;
    // Plain text never takes the place of a confirmed certificate.
    if (here.origin.startsWith('https:') && !address.origin.startsWith('https:')) continue;
    const session = sessionAt(address);
    try {
      await session.measureClock();
      const { same, different } = await recognise(session, address.devicePath, identity);
      if (same.length < 2 || different.length > 0) continue;
      // It may have been let go of meanwhile, memory and all.
      if (!isHeld()) return false;
      place.address = address;
      place.moved = { to: `${address.origin}${address.devicePath}`, same };
      await memory.moveTo(`${address.origin}${address.devicePath}`);
      return true;
    } catch (error) {
      if (!(error instanceof CameraFault)) throw error;
      if (error.kind === 'password-refused') place.refused.add(address.origin);
    } finally {
      await session.close();
    }
  }
  return false;
}
