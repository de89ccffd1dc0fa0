import { Injectable } from '@nestjs/common';
import type { CameraMoved } from '../../devices/protocol/camera-messages.ts';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import type { From } from '../boxes/box.link.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import type { CameraDevice } from './camera-device.ts';
import { CameraService } from './camera.service.ts';
import { CameraStore } from './camera.store.ts';
import { Registration } from './registration.service.ts';

/**
 * Whether what answers is the device that was registered: what a person confirms, and what its connector found. A person
 * may name the device or any of its cameras.
 */
@Injectable()
export class CameraTrust {
  constructor(
    private readonly database: Database,
    private readonly store: CameraStore,
    private readonly cameras: CameraService,
    private readonly registration: Registration,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `cameras.certificate-other` */
  certificate(by: Person, id: string, sha256: string): Promise<void> {
    return this.confirm(by, id, 'cameras.certificate-confirmed', { sha256 }, (device) =>
      device.trustCertificate(sha256, this.clock.date()),
    );
  }

  /** @throws Failure `cameras.no-other-device` */
  device(by: Person, id: string): Promise<void> {
    return this.confirm(by, id, 'cameras.device-accepted', {}, (device) =>
      device.acceptDevice(this.clock.date()),
    );
  }

  /** Its connector holds it at another address now: the record, its history and its schedule stay. */
  async moved({ communeId, assetId }: From, message: CameraMoved): Promise<void> {
    const { camera: id, revision, to, same } = message;
    // Whoever has taken over a site's box must not make the service's own connector reach elsewhere by it.
    await this.registration.refuseAddress(to);
    const isNew = await this.database.inCommune(communeId, async (em) => {
      const held = await this.store.devices(em, communeId, { connectorId: assetId });
      const before = held.find((one) => one.id === id);
      // Of settings that are no longer so, of another connector's camera, or said before.
      if (before?.revision !== revision || before.address === to) return false;
      const from = before.address;
      const found = await this.store.changeDevice(em, communeId, id, (device) => device.foundAt(to));
      await this.store.addMove(em, found, from, this.clock.date());
      await this.journal.write(em, communeId, {
        actorId: null,
        action: 'cameras.address-healed',
        subjectType: 'camera',
        subjectId: id,
        facts: { from, to, same },
      });
      return true;
    });
    if (!isNew) return;
    this.events.tell('camera-list.changed', { communeId, connectorId: assetId });
    await this.cameras.tell(communeId, { ids: [id] });
  }

  private async confirm(
    by: Person,
    id: string,
    action: string,
    facts: Record<string, string>,
    work: (device: CameraDevice) => void,
  ): Promise<void> {
    const { communeId } = by;
    const device = await this.database.inCommune(communeId, async (em) => {
      const found = await this.store.changeDevice(em, communeId, id, work);
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action, subjectType: 'camera', subjectId: found.id, facts },
      });
      return found;
    });
    this.events.tell('camera-list.changed', { communeId, connectorId: device.connectorId });
    await this.cameras.tell(communeId, { ids: [device.id] });
  }
}
