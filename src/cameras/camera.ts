import type { CameraPassport } from '../../devices/protocol/messages.ts';
import { Failure } from '../base/failure.ts';

/** As its connector tells; `waiting`: registered, and no connector has spoken of it yet. */
export type CameraState =
  'waiting' | 'connecting' | 'subscribed' | 'unreachable' | 'password-refused' | 'fault';

/** What the camera says it is, as its connector told it. */
export type Passport = CameraPassport['passport'];

/** What a camera is reached with. The password is the vault's sealed text, never the word itself. */
export interface CameraAccess {
  readonly address: string;
  readonly username: string;
  readonly sealedPassword: string;
  /** It is one that everybody knows; null where that was never compared. */
  readonly defaultPassword: boolean | null;
}

/** The camera that stands at a point today. */
export class Camera {
  communeId!: string;
  id!: string;
  pointId!: string;
  connectorId!: string;
  address!: string;
  username!: string;
  /** Sealed by the service's own vault; sealed anew to the connector each time it is sent. */
  sealedPassword!: string;
  defaultPassword!: boolean | null;
  /** Grows when address, user or password change: a refused password is tried again only then. */
  revision!: number;
  state!: CameraState;
  stateSince!: Date;
  heardAt!: Date | null;
  detail!: string;
  clockOffsetMs!: number | null;
  manufacturer!: string | null;
  model!: string | null;
  firmware!: string | null;
  serial!: string | null;
  passport!: Passport | null;
  passportAt!: Date | null;
  createdAt!: Date;
  retiredAt!: Date | null;

  static register(
    at: { communeId: string; id: string; pointId: string; connectorId: string; now: Date },
    access: CameraAccess,
  ): Camera {
    return Object.assign(new Camera(), {
      communeId: at.communeId,
      id: at.id,
      pointId: at.pointId,
      connectorId: at.connectorId,
      ...access,
      revision: 1,
      state: 'waiting',
      stateSince: at.now,
      heardAt: null,
      detail: '',
      clockOffsetMs: null,
      manufacturer: null,
      model: null,
      firmware: null,
      serial: null,
      passport: null,
      passportAt: null,
      createdAt: at.now,
      retiredAt: null,
    });
  }

  /**
   * A new way in: the connector tries again, whatever was refused before.
   * @param access `sealedPassword` only where a password was given: the same one again is a new try too
   */
  reach(access: Partial<CameraAccess>, at: Date): void {
    this.refuseIfRetired();
    const isSame =
      (access.address === undefined || access.address === this.address) &&
      (access.username === undefined || access.username === this.username) &&
      access.sealedPassword === undefined;
    if (isSame) return;
    Object.assign(this, access);
    this.revision += 1;
    this.state = 'waiting';
    this.stateSince = at;
    this.detail = '';
  }

  retire(at: Date): void {
    this.refuseIfRetired();
    this.retiredAt = at;
    // Nothing needs the word any more, so nothing keeps it.
    this.sealedPassword = '';
  }

  private refuseIfRetired(): void {
    if (this.retiredAt !== null)
      throw new Failure('conflict', 'cameras.retired', 'This camera was taken down');
  }
}
