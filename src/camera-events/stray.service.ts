import { Injectable } from '@nestjs/common';
import { CameraStore } from '../cameras/camera.store.ts';
import { Database } from '../platform/database/database.ts';
import { StrayStore } from './stray.store.ts';
import type { StrayView } from './stray.view.ts';

/** A channel that nobody registered may tell of motion all day: enough to see that it does. */
const looked = 10_000;

@Injectable()
export class StrayService {
  constructor(
    private readonly database: Database,
    private readonly store: StrayStore,
    private readonly cameras: CameraStore,
  ) {}

  /** @throws Failure `cameras.missing` */
  async of(communeId: string, deviceId: string): Promise<StrayView[]> {
    const rows = await this.database.inCommune(communeId, async (em) => {
      const device = await this.cameras.deviceOf(em, communeId, deviceId);
      return this.store.of(em, communeId, device.id, looked);
    });
    return rows.map(({ lastAt, ...row }) => ({ ...row, lastAt: new Date(lastAt).toISOString() }));
  }
}
