import { createHash } from 'node:crypto';
import { replayPieceBytes } from '../protocol/replay-messages.ts';
import type { CameraClip, CameraReplay } from '../protocol/replay-messages.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraFaultKind } from './camera-fault.ts';
import { ReplayRefused } from './replay-refused.ts';

/** A clip's word without what says who speaks. */
export type ClipWord = Pick<
  CameraClip,
  'replay' | 'camera' | 'number' | 'reachedAt' | 'piece' | 'done' | 'fault'
>;

/** What a fetch came to; the hash and length are counted here. Instants as in `CameraClip`. */
export type Fetched = Omit<NonNullable<CameraClip['done']>, 'sha256' | 'bytes'>;

export interface ReplayLine {
  /** @throws ReplayRefused, CameraFault */
  readonly fetch: (
    order: CameraReplay,
    signal: AbortSignal,
    onFrame: (bytes: Buffer, reachedAt: number) => Promise<void>,
  ) => Promise<Fetched>;
  /** @throws where the link is down */
  readonly send: (word: ClipWord, piece: Uint8Array) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}

/** Each is one more stream that a recorder reads from its disk. */
const atOnce = 2;
/** The service says of each piece that it has it; the next one goes only then. */
const committedWithinMs = 30_000;

const faults: Partial<Record<CameraFaultKind, NonNullable<CameraClip['fault']>>> = {
  'password-refused': 'refused',
  unreachable: 'silent',
  timeout: 'silent',
};

/**
 * Ranges of recordings that the service asks for, handed on piece by piece as they come: nothing lies on this disk, and
 * a slow line slows the recorder. What breaks is told and forgotten: whoever asked may ask again.
 */
export class Replays {
  private readonly running = new Map<string, AbortController>();
  private readonly waiting = new Map<string, () => void>();

  constructor(private readonly line: ReplayLine) {}

  take(order: CameraReplay): void {
    const { replay } = order;
    const running = this.running.get(replay);
    if (order.cancel) running?.abort();
    // The broker may hand one over twice.
    if (order.cancel || running !== undefined) return;
    const stopping = new AbortController();
    const isBusy = this.running.size >= atOnce;
    this.running.set(replay, stopping);
    this.run(order, stopping.signal, isBusy)
      .catch((error: unknown) => this.line.onTrouble(error))
      .finally(() => this.running.delete(replay));
  }

  /** The service has these pieces. */
  committed(hashes: readonly string[]): void {
    for (const sha256 of hashes) this.waiting.get(sha256)?.();
  }

  stop(): void {
    for (const stopping of this.running.values()) stopping.abort();
  }

  private async run(order: CameraReplay, signal: AbortSignal, isBusy: boolean): Promise<void> {
    const clip = new Clip(order, (word, piece) => this.send(word, piece, signal));
    try {
      if (isBusy) throw new ReplayRefused('busy', 'enough of them are under way');
      const fetched = await this.line.fetch(order, signal, (bytes, at) => clip.add(bytes, at));
      await clip.end(fetched);
    } catch (error) {
      const fault = signal.aborted ? 'cancelled' : faultOf(error);
      await clip.fail(fault).catch(() => undefined);
      if (!(error instanceof ReplayRefused) && !(error instanceof CameraFault) && !signal.aborted)
        throw error;
    }
  }

  private async send(word: ClipWord, piece: Buffer, signal: AbortSignal): Promise<void> {
    if (word.piece === null) {
      await this.line.send(word, piece);
      return;
    }
    const { sha256 } = word.piece;
    let settle: (error?: Error) => void = () => undefined;
    const committed = new Promise<void>((resolve, reject) => {
      settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    const timer = setTimeout(() => settle(new Error('the service did not take a piece')), committedWithinMs);
    const stop = (): void => settle(new Error('it was called off'));
    signal.addEventListener('abort', stop, { once: true });
    this.waiting.set(sha256, () => settle());
    try {
      await Promise.all([this.line.send(word, piece), committed]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      this.waiting.delete(sha256);
    }
  }
}

/** What was not sent yet, and what was sent so far. */
class Clip {
  private readonly hash = createHash('sha256');
  private held: Buffer[] = [];
  private heldBytes = 0;
  private bytes = 0;
  private number = 0;
  private reachedAt: number | null = null;

  constructor(
    private readonly order: CameraReplay,
    private readonly send: (word: ClipWord, piece: Buffer) => Promise<void>,
  ) {}

  async add(bytes: Buffer, reachedAt: number): Promise<void> {
    this.reachedAt = Math.max(this.reachedAt ?? 0, reachedAt);
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    while (this.heldBytes >= replayPieceBytes) await this.sendPiece();
  }

  async end(fetched: Fetched): Promise<void> {
    while (this.heldBytes > 0) await this.sendPiece();
    const done = { ...fetched, sha256: this.hash.digest('hex'), bytes: this.bytes };
    await this.send({ ...this.word(), piece: null, done, fault: null }, Buffer.alloc(0));
  }

  async fail(fault: NonNullable<CameraClip['fault']>): Promise<void> {
    await this.send({ ...this.word(), piece: null, done: null, fault }, Buffer.alloc(0));
  }

  private async sendPiece(): Promise<void> {
    const all = Buffer.concat(this.held);
    const piece = all.subarray(0, replayPieceBytes);
    const rest = all.subarray(piece.length);
    this.held = rest.length === 0 ? [] : [rest];
    this.heldBytes = rest.length;
    this.hash.update(piece);
    this.bytes += piece.length;
    const sha256 = createHash('sha256').update(piece).digest('hex');
    await this.send(
      { ...this.word(), piece: { sha256, bytes: piece.length }, done: null, fault: null },
      piece,
    );
  }

  private word(): Pick<ClipWord, 'replay' | 'camera' | 'number' | 'reachedAt'> {
    const { replay, camera } = this.order;
    this.number += 1;
    return { replay, camera, number: this.number, reachedAt: this.reachedAt };
  }
}

function faultOf(error: unknown): NonNullable<CameraClip['fault']> {
  if (error instanceof ReplayRefused) return error.fault;
  return error instanceof CameraFault ? (faults[error.kind] ?? 'unreadable') : 'line';
}
