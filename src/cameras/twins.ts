import { twinOf } from '../../devices/protocol/camera-identity.ts';
import { placeOf } from './camera-address.ts';
import type { CameraDevice } from './camera-device.ts';

/** `address`: both are reached at one address; `twice`: one device by all that it says; `cloned`: a number on two. */
export type TwinHow = 'address' | 'twice' | 'cloned';

export interface Twins {
  readonly how: TwinHow;
  readonly devices: readonly [CameraDevice, CameraDevice];
}

type Compared = Pick<CameraDevice, 'connectorId' | 'address' | 'identity'>;

/** What two devices should not have in common. The channels of a recorder are one device. */
export function twinHow(a: Compared, b: Compared): TwinHow | null {
  // Sites have the same private networks: an address is one only to one connector.
  if (a.connectorId === b.connectorId && placeOf(a.address) === placeOf(b.address)) return 'address';
  return a.identity === null || b.identity === null ? null : twinOf(a.identity, b.identity);
}

/** The newer device of each pair second. @param devices the oldest first */
export function twinsAmong(devices: readonly CameraDevice[]): Twins[] {
  return devices.flatMap((one, index) =>
    devices.slice(index + 1).flatMap((other) => {
      const how = twinHow(one, other);
      return how === null ? [] : [{ how, devices: [one, other] as const }];
    }),
  );
}
