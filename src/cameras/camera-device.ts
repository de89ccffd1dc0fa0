import type { Identity } from '../../devices/protocol/camera-identity.ts';
import type { CameraPassport, HeldState } from '../../devices/protocol/camera-messages.ts';
import { Failure } from '../base/failure.ts';

/** As its connector tells; `waiting`: registered, and no connector has spoken of it yet. */
export type CameraState = 'waiting' | HeldState;

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

/**
 * A device that a connector holds by one session (*thiết bị*): a camera, or a recorder with many of them behind it. What
 * its cameras share lies here and nowhere else: address, password, certificate, connector, how it is held.
 */
export class CameraDevice {
  communeId!: string;
  id!: string;
  /** A recorder's, as people call it; empty: a camera by itself. */
  name!: string;
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
  /** SHA-256 of the certificate that a person confirmed; nothing is told to another one. */
  certificate!: string | null;
  /** SHA-256 of the one that the camera shows, where that is not the confirmed one. */
  shownCertificate!: string | null;
  /** The connector that waits for it until the present one has let go; null: nobody does. */
  movingTo!: string | null;
  createdAt!: Date;
  retiredAt!: Date | null;

  static register(
    at: { communeId: string; id: string; name: string; connectorId: string; now: Date },
    access: CameraAccess,
  ): CameraDevice {
    return Object.assign(new CameraDevice(), {
      ...{ communeId: at.communeId, id: at.id, name: at.name, connectorId: at.connectorId },
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
      certificate: null,
      shownCertificate: null,
      movingTo: null,
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
    this.beginAnew(at);
  }

  /** By what it is known again; null before it was described. */
  get identity(): Identity | null {
    const { serial, passport } = this;
    if (serial === null && passport === null) return null;
    return { serial, macs: passport?.macs ?? [], endpoint: passport?.endpoint ?? null };
  }

  /**
   * A person has compared the certificate that the camera shows with the camera's own page.
   * @throws Failure `cameras.certificate-other` where it shows another one by now
   */
  trustCertificate(sha256: string, at: Date): void {
    this.refuseIfRetired();
    if (this.shownCertificate !== sha256)
      throw new Failure('conflict', 'cameras.certificate-other', 'The camera shows another certificate');
    this.certificate = sha256;
    this.shownCertificate = null;
    this.beginAnew(at);
  }

  /**
   * The device at the address is another one by its identity, and a person says that it is to be this camera now: what
   * the old one said of itself is forgotten.
   * @throws Failure `cameras.no-other-device`
   */
  acceptDevice(at: Date): void {
    this.refuseIfRetired();
    if (this.state !== 'other-device')
      throw new Failure('conflict', 'cameras.no-other-device', 'No other device answers there');
    this.manufacturer = this.model = this.firmware = this.serial = null;
    this.passport = this.passportAt = null;
    this.beginAnew(at);
  }

  /** Its connector is to let go of it for that one; the one that holds it, to stay there. */
  moveTo(connectorId: string): void {
    this.refuseIfRetired();
    this.movingTo = connectorId === this.connectorId ? null : connectorId;
  }

  /**
   * The other connector's from now on, under another revision: a word of the former one about it counts no more.
   * @returns the former one; null where nobody waits for it
   */
  handOver(at: Date): string | null {
    if (this.movingTo === null || this.retiredAt !== null) return null;
    const former = this.connectorId;
    this.connectorId = this.movingTo;
    this.movingTo = null;
    this.beginAnew(at);
    return former;
  }

  /** Its connector found it at another address. The same revision: it is held there already. */
  foundAt(address: string): void {
    this.address = address;
  }

  rename(name: string): void {
    this.refuseIfRetired();
    this.name = name;
  }

  private beginAnew(at: Date): void {
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

  /** @throws Failure `cameras.retired` */
  refuseIfRetired(): void {
    if (this.retiredAt !== null)
      throw new Failure('conflict', 'cameras.retired', 'This camera was taken down');
  }
}
