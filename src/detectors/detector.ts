import { createHash } from 'node:crypto';
import { Failure } from '../base/failure.ts';
import type { Detection, Model } from './detection.ts';
import type { ChangeDetectorRequest, NewDetectorRequest } from './detector.request.ts';
import type { DetectorForm } from './reading.ts';

/** A point that a detector may speak for, and what the detector calls it; '' where it gives our number alone. */
export interface Watched {
  readonly pointId: string;
  readonly name: string;
}

/** A program that looks at cameras' pictures and tells what it sees (*máy nhận dạng*); nothing of ours. */
export class Detector {
  communeId!: string;
  id!: string;
  name!: string;
  form!: DetectorForm;
  /** Where its messages name none (Frigate's never do). */
  modelName!: string;
  modelVersion!: string;
  watched!: Watched[];
  /** Without a word for so long, it is silent. */
  silentAfterMinutes!: number;
  /** SHA-256, hex. The key has 256 random bits of its own, so a slow hash would add nothing. */
  keyHash!: string;
  heardAt!: Date | null;
  createdAt!: Date;
  revokedAt!: Date | null;

  static register(
    at: { communeId: string; id: string; keyHash: string; now: Date },
    request: NewDetectorRequest,
  ): Detector {
    const { communeId, id, keyHash, now } = at;
    const detector = Object.assign(new Detector(), {
      ...{ communeId, id, keyHash, form: request.form },
      ...{ heardAt: null, createdAt: now, revokedAt: null },
    });
    detector.change(request);
    return detector;
  }

  /** @returns the names of the fields that are different now. @throws Failure `detectors.name-twice` */
  change(request: ChangeDetectorRequest): string[] {
    this.refuseIfRevoked();
    refuseTwice(request.watched ?? []);
    const before = JSON.parse(JSON.stringify(this)) as Record<string, unknown>;
    const { name, modelName, modelVersion, watched, silentAfterMinutes } = request;
    Object.assign(this, withoutUndefined({ name, modelName, modelVersion, watched, silentAfterMinutes }));
    return Object.entries(JSON.parse(JSON.stringify(this)) as Record<string, unknown>)
      .filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]))
      .map(([field]) => field);
  }

  takeKey(keyHash: string): void {
    this.refuseIfRevoked();
    this.keyHash = keyHash;
  }

  revoke(at: Date): void {
    this.refuseIfRevoked();
    this.revokedAt = at;
  }

  get model(): Model {
    return { name: this.modelName, version: this.modelVersion };
  }

  /**
   * The point that it means, if it may speak for it.
   * @param numbers our numbers of the points → their ids
   * @throws Failure `detectors.not-its-camera`
   */
  pointOf(camera: Detection['camera'], numbers: ReadonlyMap<number, string>): string {
    const own =
      typeof camera === 'string'
        ? this.watched.find(({ name }) => name === camera)
        : this.watched.find(({ pointId }) => pointId === numbers.get(camera));
    if (own !== undefined) return own.pointId;
    throw new Failure(
      'forbidden',
      'detectors.not-its-camera',
      `It may not speak for the camera ${String(camera)}`,
      {
        details: { camera },
        fields: [{ path: 'camera', code: 'detectors.not-its-camera', message: 'Not in its registration' }],
      },
    );
  }

  private refuseIfRevoked(): void {
    if (this.revokedAt !== null)
      throw new Failure('conflict', 'detectors.revoked', 'This detector was revoked: register it anew');
  }
}

function refuseTwice(watched: readonly Watched[]): void {
  const fields = watched.flatMap(({ pointId, name }, index) =>
    watched.some(
      (other, at) => at < index && (other.pointId === pointId || (name !== '' && other.name === name)),
    )
      ? [{ path: `watched.${String(index)}`, code: 'detectors.name-twice', message: 'Stands here twice' }]
      : [],
  );
  if (fields.length > 0)
    throw new Failure('invalid', 'detectors.name-twice', 'A camera, or a name of one, stands here twice', {
      fields,
    });
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** What is kept of a key. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
