import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { asNotice, occurrence } from '../detectors/detection.ts';
import type { Detection } from '../detectors/detection.ts';
import type { Detector } from '../detectors/detector.ts';
import { DetectorLink } from '../detectors/detector.link.ts';
import type { DetectionAnswer, DetectionTaker } from '../detectors/detector.link.ts';
import { DetectorService } from '../detectors/detector.service.ts';
import { DetectorStore } from '../detectors/detector.store.ts';
import { readDetection } from '../detectors/reading.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { CameraEventService } from './camera-event.service.ts';
import { CameraEventStore } from './camera-event.store.ts';
import { EventStyleStore } from './event-style.store.ts';
import type { EventState } from './merge.ts';
import { NoticeService } from './notice.service.ts';
import { pictureTypeOf } from './picture-type.ts';
import { SnapshotFiles } from './snapshot.files.ts';

/**
 * What outside detectors say goes the way of what cameras say: a notice, its raw bytes kept and hashed, and from notices
 * come events. Here a detector's word is read and proved to be about a camera that it may speak for.
 */
@Injectable()
export class DetectionService implements OnModuleInit, DetectionTaker {
  constructor(
    private readonly database: Database,
    private readonly detectors: DetectorService,
    private readonly detectorStore: DetectorStore,
    private readonly link: DetectorLink,
    private readonly cameras: CameraStore,
    private readonly notices: NoticeService,
    private readonly store: CameraEventStore,
    private readonly styles: EventStyleStore,
    private readonly cameraEvents: CameraEventService,
    private readonly snapshots: SnapshotFiles,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.link.givesTo(this);
  }

  /**
   * Stores one message once. What it answers is in the database.
   * @throws Failure `request.invalid`, `detectors.not-json`, `detectors.too-large`, `detectors.not-its-camera`,
   *   `detectors.no-camera`; each is shown on the detector's page
   */
  async takeDetection(detector: Detector, raw: Uint8Array): Promise<DetectionAnswer> {
    await this.detectors.heard(detector);
    return this.refusing(detector, async () => {
      const said = readDetection(raw, detector.form);
      if (said === null) return { id: null, result: 'ignored', eventId: null, wantsPicture: false };
      try {
        return await this.put(detector, raw, said);
      } catch (error) {
        throw error instanceof Failure ? withId(error, said.id) : error;
      }
    });
  }

  /**
   * Keeps a picture's bytes as they came, where an event of this detector has named them.
   * @throws Failure `detectors.picture-other-bytes`, `detectors.picture-too-large`, `detectors.not-a-picture`,
   *   `detectors.picture-not-named`
   */
  async takePicture(detector: Detector, sha256: string, bytes: Uint8Array): Promise<void> {
    const { communeId } = detector;
    await this.detectors.heard(detector);
    await this.refusing(detector, async () => {
      if (bytes.length > this.config.values.cameras.snapshotMaximumBytes)
        throw new Failure(
          'too-large',
          'detectors.picture-too-large',
          `The picture has ${bytes.length} bytes`,
        );
      if (sha256Of(bytes) !== sha256)
        throw new Failure('invalid', 'detectors.picture-other-bytes', 'The bytes are not those of the hash');
      if (pictureTypeOf(bytes) === null)
        throw new Failure('invalid', 'detectors.not-a-picture', 'It is neither JPEG nor PNG');
      const named = await this.database.inCommune(communeId, (em) =>
        this.store.withSnapshot(em, communeId, sha256),
      );
      const events = named.filter((event) => event.detected?.detectorId === detector.id);
      if (events.length === 0)
        throw new Failure(
          'missing',
          'detectors.picture-not-named',
          'No event of this detector wants this picture',
        );
      await this.snapshots.put(communeId, sha256, bytes);
      this.cameraEvents.tell(communeId, events);
    });
  }

  private async put(detector: Detector, raw: Uint8Array, said: Detection): Promise<DetectionAnswer> {
    const { communeId } = detector;
    const { answer, changed } = await this.database.inCommune(communeId, (em) =>
      this.enter(em, detector, raw, said),
    );
    this.cameraEvents.tell(communeId, changed);
    const wantsPicture =
      answer.wantsPicture && !(await this.snapshots.has(communeId, said.picture?.sha256 ?? ''));
    return { ...answer, wantsPicture };
  }

  private async enter(
    em: EntityManager,
    detector: Detector,
    raw: Uint8Array,
    said: Detection,
  ): Promise<{ answer: DetectionAnswer; changed: readonly EventState[] }> {
    const { communeId, id: detectorId } = detector;
    await this.store.lockTeller(em, detectorId);
    const { cameraId, pointId } = await this.cameraOf(em, detector, said.camera);
    const before = await this.detectorStore.noticeOf(em, detector, said.id);
    const receivedAt = this.clock.now();
    const id = before ?? newId(receivedAt);
    const picture = said.picture ?? null;
    const { changed, eventOf, unwanted } = await this.notices.enter(
      em,
      { communeId, id: detectorId, boxId: null, detectorId },
      new Map([[cameraId, { pointId, untilAt: null }]]),
      [
        {
          ...{ seq: 1, id, camera: cameraId, receivedAt },
          ...{
            cameraTimeText: said.occurredAt,
            clockOffsetMs: null,
            ...occurrence(said.occurredAt, receivedAt),
          },
          ...asNotice(said, { detectorId, model: detector.model }, await this.styles.kinds(em, communeId)),
          ...{ raw: Buffer.from(raw).toString('base64'), rawSha256: sha256Of(raw) },
          snapshot:
            picture === null
              ? null
              : {
                  ...{ sha256: picture.sha256, bytes: 1, mime: '' },
                  takenAt: occurrence(picture.takenAt ?? said.occurredAt, receivedAt).occurredAt,
                },
        },
      ],
    );
    if (before === null) await this.detectorStore.remember(em, detector, said.id, id);
    const eventId = eventOf.get(id) ?? null;
    const result = before === null ? 'stored' : 'duplicate';
    const wantsPicture = picture !== null && eventId !== null && !unwanted.includes(picture.sha256);
    return { answer: { id: said.id, result, eventId, wantsPicture }, changed };
  }

  /** The camera that stands at the point it means. @throws Failure `detectors.not-its-camera`, `detectors.no-camera` */
  private async cameraOf(
    em: EntityManager,
    detector: Detector,
    camera: Detection['camera'],
  ): Promise<{ cameraId: string; pointId: string }> {
    const standing = await this.cameras.all(em, detector.communeId);
    const numbers = new Map(standing.map(({ point }) => [point.number, point.id]));
    const pointId = detector.pointOf(camera, numbers);
    const there = standing.find(({ point }) => point.id === pointId);
    if (there === undefined)
      throw new Failure('conflict', 'detectors.no-camera', 'No camera stands at this point any more', {
        fields: [{ path: 'camera', code: 'detectors.no-camera', message: 'No camera there' }],
      });
    return { cameraId: there.camera.id, pointId };
  }

  private async refusing<T>(detector: Detector, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Failure && error.kind !== 'unavailable')
        this.detectors.noteRefusal(detector.id, error);
      throw error;
    }
  }
}

/** So that whoever sent several knows which one it was. */
function withId(failure: Failure, id: string): Failure {
  const { kind, code, message, fields, details, cause } = failure;
  return new Failure(kind, code, message, { fields, details: { ...details, id }, cause });
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
