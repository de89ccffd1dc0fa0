import { Failure } from '../base/failure.ts';

/** The camera that stands at a point today: what one device shows of it, or one channel of a recorder. */
export class Camera {
  communeId!: string;
  id!: string;
  deviceId!: string;
  pointId!: string;
  /**
   * The recorder's video source, by its token or its number among them (`1`: the first); null: all that the device
   * shows and tells.
   */
  channel!: string | null;
  createdAt!: Date;
  retiredAt!: Date | null;

  static put(
    at: { communeId: string; id: string; deviceId: string; pointId: string; now: Date },
    channel: string | null,
  ): Camera {
    const { now, ...who } = at;
    return Object.assign(new Camera(), { ...who, channel, createdAt: now, retiredAt: null });
  }

  /** Another channel of its recorder shows the point from now on. */
  showBy(channel: string): void {
    this.refuseIfRetired();
    this.channel = channel;
  }

  retire(at: Date): void {
    this.refuseIfRetired();
    this.retiredAt = at;
  }

  private refuseIfRetired(): void {
    if (this.retiredAt !== null)
      throw new Failure('conflict', 'cameras.retired', 'This camera was taken down');
  }
}
