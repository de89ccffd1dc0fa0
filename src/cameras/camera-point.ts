import { Failure } from '../base/failure.ts';
import type { ChangeCameraRequest, PointRequest } from './camera.request.ts';

const fields = [
  'name',
  'villageId',
  'place',
  'latitude',
  'longitude',
  'purpose',
  'legalBasis',
  'noticePosted',
  'owner',
  'retentionDays',
  'direction',
  'conformity',
  'recorder',
  'recorderChannel',
  'recorderDays',
] as const;

/**
 * The place that is watched (*điểm camera*), and why: the asset. Its history stays when the camera there is replaced.
 */
export class CameraPoint {
  communeId!: string;
  id!: string;
  number!: number;
  name!: string;
  villageId!: string;
  place!: string;
  latitude!: number | null;
  longitude!: number | null;
  purpose!: string;
  legalBasis!: string;
  noticePosted!: boolean;
  owner!: string;
  retentionDays!: number;
  /** Where it looks, in words (*hướng nhìn*). */
  direction!: string;
  /** The number of its certificate of conformity (*chứng nhận hợp quy*, QCVN 135:2024/BTTTT). */
  conformity!: string;
  /** Where the full recording lies: the recorder, its channel, and how many days it keeps. */
  recorder!: string;
  recorderChannel!: string;
  recorderDays!: number | null;
  createdAt!: Date;
  retiredAt!: Date | null;

  static put(
    at: { communeId: string; id: string; number: number; now: Date },
    request: PointRequest,
  ): CameraPoint {
    const point = Object.assign(new CameraPoint(), {
      communeId: at.communeId,
      id: at.id,
      number: at.number,
      createdAt: at.now,
      retiredAt: null,
    });
    point.change(request);
    return point;
  }

  /** @returns the names of the fields that are different now */
  change(request: ChangeCameraRequest): string[] {
    this.refuseIfRetired();
    const changed: string[] = [];
    for (const field of fields) {
      const value = request[field];
      if (value === undefined || value === this[field]) continue;
      Object.assign(this, { [field]: value });
      changed.push(field);
    }
    return changed;
  }

  retire(at: Date): void {
    this.refuseIfRetired();
    this.retiredAt = at;
  }

  private refuseIfRetired(): void {
    if (this.retiredAt !== null) throw new Failure('conflict', 'cameras.retired', 'This point was given up');
  }
}
