import type { AddressRules } from './address-rules.ts';
import type { CameraAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import { JUDGED_AFTER_MS, type Credential, type Use } from './credential.ts';
import type { Kept } from './recording-book.ts';
import { heldOff, resultOfFault, type Checked } from './checked.ts';
import { askStream, reachOf, type Reach } from './stream.rtsp.ts';

/** A picture as the camera sent it. */
export interface TakenPicture {
  readonly sha256: string;
  readonly bytes: Buffer;
  readonly mime: string;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
}

/** What looking after one camera came to. */
export interface CheckOutcome {
  readonly revision: number;
  readonly reach: Reach;
  readonly stream: Checked;
  readonly picture: Checked;
  readonly noticeAt: number | null;
  readonly still: TakenPicture | null;
  readonly recording?: Kept;
}

export interface Checkable {
  readonly address: CameraAddress;
  readonly desired: { readonly username: string; readonly password: string };
  readonly credential: Credential;
  /** Tries the password where it must be taken; undefined: the camera is not held. */
  readonly prove: (() => Promise<void>) | undefined;
  /** Null: the camera names none; undefined: it was not described yet. */
  readonly streamAddress: string | null | undefined;
  /** Null: the camera names none; undefined: it is not held, or not described yet. */
  readonly picture: (() => Promise<TakenPicture>) | null | undefined;
  /** Undefined: it is not held. */
  readonly recording: (() => Promise<Kept>) | undefined;
}

/** Its place in the network, its stream, its picture and what is kept of it, each asked by itself. */
export async function checkCamera(
  rules: AddressRules,
  camera: Checkable,
): Promise<Pick<CheckOutcome, 'reach' | 'stream' | 'picture' | 'still' | 'recording'>> {
  const { address, picture, recording } = camera;
  const [reach, stream, taken, kept] = await Promise.all([
    reachOf(rules, address.hostname, address.port),
    checkStream(rules, camera),
    picture === undefined
      ? heldOff('the camera is not held')
      : picture === null
        ? { result: 'none' as const, detail: '' }
        : picture().catch(resultOfFault),
    recording?.(),
  ]);
  const told = kept === undefined ? {} : { recording: kept };
  return 'bytes' in taken
    ? { reach, stream, picture: { result: 'ok', detail: '' }, still: taken, ...told }
    : { reach, stream, picture: taken, still: null, ...told };
}

async function checkStream(rules: AddressRules, camera: Checkable): Promise<Checked> {
  const { credential, prove, streamAddress, desired } = camera;
  if (streamAddress === undefined) return heldOff('not described yet');
  if (credential.refusalAt('stream') !== undefined) return heldOff('the password was refused before');
  const use: Use<Checked> = {
    ...{ door: 'stream', prove },
    isTaken: ({ result }) => result === 'ok',
  };
  try {
    return await credential.use(use, async ({ hold }) => {
      await hold(JUDGED_AFTER_MS);
      const checked = await askStream(rules, streamAddress, desired);
      if (checked.result === 'refused') throw new CameraFault('password-refused', checked.detail);
      return checked;
    });
  } catch (error) {
    // Not asked, since nobody could say whether the password is still good: no word against the stream.
    if (error instanceof CameraFault && error.kind !== 'password-refused') return heldOff(error.message);
    return resultOfFault(error);
  }
}
