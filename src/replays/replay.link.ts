import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { CameraClip } from '../../devices/protocol/replay-messages.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';
import { ClipFiles } from './clip.files.ts';
import type { ClipWriting } from './clip.files.ts';
import type { Clip, Fault, Replay } from './replay.ts';

interface Running {
  readonly communeId: string;
  readonly connectorId: string;
  readonly replay: Replay;
  readonly mostBytes: number;
  /** Null before the first piece. */
  writing: ClipWriting | null;
  number: number;
  reachedAt: number | null;
  heardAt: number;
}

/** A recorder may wake a disk, and a piece may wait for a slow line. */
const silentMs = 60_000;
/** An order that comes later is refused: whoever asked has gone. */
const validMs = 60_000;

/** The line to recordings: orders go to connectors, clips come up piece by piece and are written as they come. */
@Injectable()
export class ReplayLink implements OnModuleInit {
  /** Told once of each, with the clip that is on disk under its hash, or why there is none. */
  onEnd: (ended: { communeId: string; replay: Replay }, outcome: Clip | Fault) => Promise<void> = () =>
    Promise.resolve();

  private readonly log = new Logger('Replays');
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly link: BoxLink,
    private readonly files: ClipFiles,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.link.on('camera-clip', (from, { word, piece }) => this.take(from, word, piece));
  }

  /** @throws Failure `replays.busy` */
  open(
    communeId: string,
    connectorId: string,
    replay: Replay,
    limits: { readonly most: number; readonly mostBytes: number },
  ): void {
    const mine = [...this.running.values()].filter((one) => one.communeId === communeId);
    if (mine.length >= limits.most)
      throw new Failure('conflict', 'replays.busy', 'Others are being fetched', {
        details: { most: limits.most },
      });
    this.running.set(replay.id, {
      ...{ communeId, connectorId, replay, mostBytes: limits.mostBytes },
      ...{ writing: null, number: 0, reachedAt: null, heardAt: this.clock.now() },
    });
  }

  /** @param seconds for all of it. @throws Failure `platform.broker-down` */
  async order(id: string, seconds: number): Promise<void> {
    const running = this.running.get(id);
    if (running === undefined) return;
    const { replay, mostBytes } = running;
    await this.send(running, {
      ...{ fromAt: replay.fromAt, untilAt: replay.untilAt, largestBytes: mostBytes, seconds },
      cancel: false,
    });
  }

  async close(id: string): Promise<void> {
    const running = this.running.get(id);
    this.running.delete(id);
    await running?.writing?.drop();
  }

  progress(id: string): { bytes: number; reachedAt: number | null } | null {
    const running = this.running.get(id);
    return running === undefined
      ? null
      : { bytes: running.writing?.bytes ?? 0, reachedAt: running.reachedAt };
  }

  /** Those whose connector has said nothing for too long. */
  async endSilent(): Promise<void> {
    const now = this.clock.now();
    for (const running of this.running.values())
      if (now - running.heardAt > silentMs) await this.fail(running, 'connector');
  }

  private async take(from: From, word: CameraClip, piece: Uint8Array): Promise<void> {
    const running = this.running.get(word.replay);
    const isAwaited =
      running?.connectorId === from.assetId &&
      running.communeId === from.communeId &&
      running.replay.cameraId === word.camera;
    // What was asked for by nobody, or is over.
    if (!isAwaited) return;
    running.heardAt = this.clock.now();
    if (word.number > running.number) await this.takeNext(running, word, piece);
    // One that came twice is told twice: the first word may have been lost.
    if (word.piece !== null && this.running.has(word.replay))
      await this.link.commit(from.communeId, from.assetId, from.boxId, [], [word.piece.sha256]);
  }

  private async takeNext(running: Running, word: CameraClip, piece: Uint8Array): Promise<void> {
    try {
      const fault = await this.write(running, word, piece);
      if (fault !== null) await this.fail(running, fault);
      else if (word.done !== null) await this.end(running, word.done);
    } catch (error) {
      this.log.error(`A clip cannot be kept: ${messageOf(error)}`);
      await this.fail(running, 'full');
    }
  }

  /** @returns why it cannot go on */
  private async write(running: Running, word: CameraClip, piece: Uint8Array): Promise<Fault | null> {
    if (word.number !== running.number + 1) return 'broken';
    running.number = word.number;
    running.reachedAt = word.reachedAt;
    if (word.fault !== null || word.piece === null) return word.fault;
    const bytes = (running.writing?.bytes ?? 0) + piece.length;
    if (piece.length === 0 || bytes > running.mostBytes) return 'broken';
    running.writing ??= await this.files.begin(running.replay.id);
    await running.writing.add(piece);
    return null;
  }

  private async end(running: Running, done: NonNullable<CameraClip['done']>): Promise<void> {
    const { writing, communeId, replay } = running;
    const sha256 = await writing?.end();
    // Signed by the connector, which counted what it was sent.
    if (writing === null || sha256 !== done.sha256 || writing.bytes !== done.bytes)
      return this.fail(running, 'broken');
    await this.files.keep(communeId, sha256, writing);
    this.running.delete(replay.id);
    await this.onEnd({ communeId, replay }, done);
  }

  private async fail(running: Running, fault: Fault): Promise<void> {
    const { communeId, replay } = running;
    await this.close(replay.id);
    if (fault === 'broken' || fault === 'full' || fault === 'connector')
      this.send(running, { fromAt: 0, untilAt: 0, largestBytes: 1, seconds: 1, cancel: true }).catch(
        (error: unknown) => this.log.debug(`A replay was not called off: ${messageOf(error)}`),
      );
    await this.onEnd({ communeId, replay }, fault);
  }

  private async send(
    { communeId, connectorId, replay }: Running,
    what: { fromAt: number; untilAt: number; largestBytes: number; seconds: number; cancel: boolean },
  ): Promise<void> {
    const now = this.clock.now();
    await this.link.send('camera-replay', communeId, connectorId, {
      ...{ v: 1, commune: communeId, connector: connectorId, replay: replay.id, camera: replay.cameraId },
      ...{ ...what, issuedAt: now, expiresAt: now + validMs },
    });
  }
}
