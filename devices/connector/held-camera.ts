import { compare, isSameCamera } from '../protocol/camera-identity.ts';
import type { Identity } from '../protocol/camera-identity.ts';
import type { TakenPicture } from './check.rtsp.ts';
import type { Credential } from './credential.ts';
import type { CameraSupervisor } from './supervisor.ts';
import type { CameraMemory } from './memory.store.ts';
import type { FloodGate, Shed } from './flood-gate.ts';
import type { RecordingBook } from './recording-book.ts';
import type { Keeping } from './renewal.ts';
import type { CameraStatus } from './supervision.ts';
import type { Whereabouts } from './whereabouts.ts';

export interface DesiredCamera {
  readonly camera: string;
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** A camera is begun anew, refused password and all, when this changes. */
  readonly revision: number;
  /** SHA-256 of the certificate that a person confirmed; null: none. */
  readonly certificate: string | null;
  readonly identity: Identity | null;
  /** The points that a recorder's sources show. */
  readonly channels?: readonly { readonly camera: string; readonly source: string }[] | undefined;
}

export interface CameraReport extends CameraStatus {
  /** How its subscription is kept alive, as learned. */
  readonly keeping: Keeping;
  /** It answers a pull when there is something to tell, not when it was asked to. */
  readonly isHolding: boolean;
  readonly camera: string;
  readonly revision: number;
  /** What its last flood had to be left out of; null where it never flooded. */
  readonly shed: Shed | null;
  /** Where it was found by its identity, when it had left its address. */
  readonly moved: Whereabouts['moved'];
}

/** The picture of a source that is being taken, or was last. */
export interface LastPicture {
  readonly taken: Promise<TakenPicture | undefined>;
  /** When it was there, or could not be had; null while it is being taken. */
  at: number | null;
  /** Topics that have it. */
  readonly topics: Set<string>;
}

/** A camera as this program holds it. */
export interface HeldCamera {
  readonly desired: DesiredCamera;
  /** As in the newest list: a channel that is registered or given up begins nothing anew. */
  channels: NonNullable<DesiredCamera['channels']>;
  readonly supervisor: CameraSupervisor | undefined;
  readonly memory: CameraMemory | undefined;
  readonly place: Whereabouts | undefined;
  readonly report: () => CameraReport;
  readonly gate: FloodGate;
  /** Soon the count of what is left out is told, as it then is. */
  tellingFlood: NodeJS.Timeout | undefined;
  /** By source, '' where a notice names none. */
  readonly pictures: Map<string, LastPicture>;
  /** By source, '' where a notice names none: the last notice of any kind, by the connector's clock. */
  readonly noticesAt: Map<string, number>;
  readonly credential: Credential;
  /** What it keeps, on its own disk or as a recorder. */
  readonly recordings: RecordingBook;
}

/**
 * Whether two entries of a list are one device with one account, as far as it is known: at one address, or by its
 * identity with its hardware address. Cheap cameras share serial number and endpoint by the thousand: a refusal of one
 * must not end the others. Two wrong passwords are two tries, whatever is shared.
 */
export function isOneDevice(a: HeldCamera, b: HeldCamera): boolean {
  if (a.desired.username !== b.desired.username || a.desired.password !== b.desired.password) return false;
  const isThere = a.place !== undefined && a.place.address.origin === b.place?.address.origin;
  const [one, other] = [identityOf(a), identityOf(b)];
  if (isThere || one === null || other === null) return isThere;
  return isSameCamera(one, other) && compare(one, other).same.includes('mac');
}

function identityOf({ desired, supervisor }: HeldCamera): Identity | null {
  return supervisor?.current.passport ?? desired.identity;
}
