import type { CameraCheck, CameraChecked } from '../protocol/camera-messages.ts';
import type { CheckOutcome } from './check.rtsp.ts';

export interface CheckLine {
  readonly run: (camera: string, withStill: boolean) => Promise<CheckOutcome | undefined>;
  readonly tell: (said: Pick<CameraChecked, 'check' | 'camera'> & Told) => void;
  /** @throws where the link is down */
  readonly sendBytes: (sha256: string, bytes: Buffer) => Promise<void>;
}
type Told = Pick<
  CameraChecked,
  'revision' | 'reach' | 'stream' | 'picture' | 'noticeAt' | 'still' | 'recording'
>;

const atOnce = 4;
/** The service asks again for what was not answered: more than this is not worth waiting for. */
const mostWaiting = 64;
/** A still that the service does not want by then is forgotten; it is no evidence, and the next day has another. */
const mostTries = 4;
const mostAgain = 8;

/** The checks that the service asks for: some at a time, their stills in memory until the service has them. */
export class CameraChecks {
  private readonly waiting: CameraCheck[] = [];
  private running = 0;
  private readonly stills = new Map<string, { readonly bytes: Buffer; tries: number }>();

  constructor(
    private readonly line: CheckLine,
    private readonly trouble: (error: unknown) => void,
  ) {}

  take(check: CameraCheck): void {
    if (this.waiting.some((one) => one.camera === check.camera && one.still === check.still)) return;
    if (this.waiting.length >= mostWaiting) return;
    this.waiting.push(check);
    this.next();
  }

  /** The service has these. */
  committed(hashes: readonly string[]): void {
    for (const sha256 of hashes) this.stills.delete(sha256);
  }

  /** Sends once more what the service has not said to have, not all at once: it may be slow, and have them waiting. */
  async sendAgain(): Promise<void> {
    for (const sha256 of [...this.stills.keys()].slice(0, mostAgain)) await this.send(sha256);
  }

  private next(): void {
    if (this.running >= atOnce) return;
    const check = this.waiting.shift();
    if (check === undefined) return;
    this.running += 1;
    this.run(check)
      .catch(this.trouble)
      .finally(() => {
        this.running -= 1;
        this.next();
      });
  }

  private async run({ check, camera, still: withStill }: CameraCheck): Promise<void> {
    const outcome = await this.line.run(camera, withStill);
    if (outcome === undefined) return;
    const { still: taken, ...rest } = outcome;
    if (taken === null) {
      this.line.tell({ check, camera, ...rest, still: null });
      return;
    }
    const { sha256, bytes, takenAt, mime } = taken;
    this.line.tell({ check, camera, ...rest, still: { sha256, bytes: bytes.length, takenAt, mime } });
    this.stills.set(sha256, { bytes, tries: 0 });
    await this.send(sha256);
  }

  private async send(sha256: string): Promise<void> {
    const still = this.stills.get(sha256);
    if (still === undefined) return;
    still.tries += 1;
    if (still.tries > mostTries) this.stills.delete(sha256);
    // The link is down: the next round.
    else await this.line.sendBytes(sha256, still.bytes).catch(() => undefined);
  }
}
