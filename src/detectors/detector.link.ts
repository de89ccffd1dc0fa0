import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { messageOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { Lanes } from '../boxes/lanes.ts';
import { BrokerLink } from '../platform/broker/broker.link.ts';
import { detectorFilters, detectorTopics, readDetectorTopic } from './detector-topics.ts';
import type { DetectorWord } from './detector-topics.ts';
import type { Detector } from './detector.ts';
import { DetectorService } from './detector.service.ts';

/** What became of a detection. */
export interface DetectionAnswer {
  /** The sender's; null where it could not be read. */
  readonly id: string | null;
  /** `ignored`: it says itself that it was nothing. */
  readonly result: 'stored' | 'duplicate' | 'ignored';
  /** The event it belongs to; null for a label that nobody knows yet, and for an end without a begin. */
  readonly eventId: string | null;
  /** The picture that it names is wanted: an event keeps its first, once. */
  readonly wantsPicture: boolean;
}

/** The room that keeps them. */
export interface DetectionTaker {
  /** @throws Failure that names what is wrong */
  takeDetection(detector: Detector, raw: Uint8Array): Promise<DetectionAnswer>;
  takePicture(detector: Detector, sha256: string, bytes: Uint8Array): Promise<void>;
}

/** Of one detector, in bytes, while the database is slow or away; what comes above it is counted and shown. */
const waitingBytes = 4_000_000;
/** Detectors whose words are written at the same time: each takes a connection, of which there are ten. */
const detectorsAtOnce = 2;
/** Nobody sends again what a broker took (Frigate does not): what cannot be written now waits in its lane. */
const triedAgainMs = 2_000;

/** The line to detectors that speak MQTT. The broker lets each speak below its own id alone. */
@Injectable()
export class DetectorLink implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Detectors');
  private readonly stop = new AbortController();
  private taker: DetectionTaker | undefined;
  private readonly lanes = new Lanes(
    waitingBytes,
    (lane, error) => this.log.error(`A message of detector ${lane} was not dealt with: ${messageOf(error)}`),
    detectorsAtOnce,
  );

  constructor(
    private readonly wire: BrokerLink,
    private readonly detectors: DetectorService,
  ) {}

  /** Who keeps what comes; once, before the start. */
  givesTo(taker: DetectionTaker): void {
    this.taker = taker;
  }

  onApplicationBootstrap(): void {
    for (const filter of detectorFilters)
      this.wire.subscribe(filter, (topic, bytes) => this.receive(topic, bytes));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.lanes.idle();
  }

  private receive(topic: string, bytes: Uint8Array): void {
    const parts = readDetectorTopic(topic);
    if (parts === null) return;
    const { communeId, detectorId, word } = parts;
    const work = (): Promise<void> => this.insist(() => this.take(communeId, detectorId, word, bytes));
    if (this.lanes.put(detectorId, bytes.length, work)) return;
    this.detectors.noteRefusal(
      detectorId,
      new Failure('too-many', 'detectors.too-many', 'More messages came than could be written'),
    );
  }

  /** Until the database is there again, or the service ends. */
  private async insist(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (!(error instanceof Failure && error.kind === 'unavailable') || this.stop.signal.aborted)
          throw error;
        await pause(triedAgainMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }

  private async take(
    communeId: string,
    detectorId: string,
    word: DetectorWord,
    bytes: Uint8Array,
  ): Promise<void> {
    const detector = await this.detectors.byId(communeId, detectorId);
    if (detector === null) return;
    switch (word.what) {
      case 'frigate/available':
        // A broker may have kept this word: that it says "online" is no sign of life, that it says "offline" is one of death.
        if (Buffer.from(bytes).toString('utf8') !== 'online') this.detectors.wentOff(detectorId);
        return;
      case 'alive':
      case 'frigate/stats':
        await this.detectors.heard(detector);
        return;
      case 'picture':
        await this.answered(detector, async (taker) => {
          await taker.takePicture(detector, word.sha256, bytes);
          return { picture: word.sha256, result: 'stored' };
        });
        return;
      case 'detections':
      case 'frigate/events':
        await this.answered(detector, (taker) => taker.takeDetection(detector, bytes));
    }
  }

  private async answered(
    detector: Detector,
    take: (taker: DetectionTaker) => Promise<object>,
  ): Promise<void> {
    if (this.taker === undefined) throw new Error('Nobody keeps detections');
    try {
      await this.answer(detector, await take(this.taker));
    } catch (error) {
      if (!(error instanceof Failure) || error.kind === 'unavailable') throw error;
      const { code, message, fields, details } = error;
      await this.answer(detector, { id: details.id ?? null, result: 'refused', code, message, fields });
    }
  }

  /** Lost where the line is down: whoever waits for it sends its message again, and hears "duplicate". */
  private async answer({ form, communeId, id }: Detector, answer: object): Promise<void> {
    if (form === 'frigate') return;
    const bytes = Buffer.from(JSON.stringify(answer));
    await this.wire.publish(detectorTopics.answers(communeId, id), bytes).catch((error: unknown) => {
      this.log.debug(`Detector ${id} was not answered: ${messageOf(error)}`);
    });
  }
}
