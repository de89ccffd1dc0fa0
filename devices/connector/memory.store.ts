import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../link/durable-file.ts';
import { LADDER, type Keeping } from './renewal.ts';
import type { Subscription } from './pullpoint.ts';

const shape = z.strictObject({
  address: z.string(),
  /** The pull point that this program holds, or held when it was killed. */
  subscription: z
    .strictObject({ to: z.string(), path: z.string(), referenceParameters: z.string() })
    .nullable(),
  /** How this camera's subscription is kept alive. */
  keeping: z.enum(LADDER),
  /** It answers a pull when there is something to tell, not when it was asked to. */
  isHolding: z.boolean().default(false),
  /** One Unsubscribe ends every subscription of this camera. */
  isOneForAll: z.boolean().default(false),
  /** Descriptions begun and not ended: more than none at a start, the last one was cut off with the program. */
  inspections: z.int().min(0),
  /** The settings (by their revision) whose password the camera refused. */
  refused: z.int().nullable().default(null),
});
type Remembered = z.infer<typeof shape>;

/**
 * What must be known about one camera after a crash, in a file of its own: the pull point to give back (a camera has
 * about eight), what was learned about renewing, whether describing it went on when the program died, and which password it refused.
 */
export class CameraMemory {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private state: Remembered,
  ) {}

  /** A memory of another address, or one that cannot be read, is begun anew. */
  static async open(directory: string, camera: string, address: string): Promise<CameraMemory> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const file = join(directory, `${camera}.json`);
    const fresh: Remembered = {
      address,
      subscription: null,
      keeping: LADDER[0],
      isHolding: false,
      isOneForAll: false,
      inspections: 0,
      refused: null,
    };
    const found = await readFile(file, 'utf8').catch(() => '');
    const parsed = shape.safeParse(found === '' ? undefined : tryParse(found));
    return new CameraMemory(file, parsed.success && parsed.data.address === address ? parsed.data : fresh);
  }

  get subscription(): Subscription | null {
    return this.state.subscription;
  }

  get keeping(): Keeping {
    return this.state.keeping;
  }

  get isHolding(): boolean {
    return this.state.isHolding;
  }

  /** The revision that was refused; null: none. */
  get refused(): number | null {
    return this.state.refused;
  }

  get isOneForAll(): boolean {
    return this.state.isOneForAll;
  }

  get inspections(): number {
    return this.state.inspections;
  }

  /** The camera is at another address: what was learned of it stays true, a pull point of there is not one of here. */
  async moveTo(address: string): Promise<void> {
    this.state = { ...this.state, address };
    await this.change({ subscription: null });
    await this.afterOthers(() => writeDurably(this.file, JSON.stringify(this.state)));
  }

  /** @throws the file system's error */
  async change(part: Partial<Omit<Remembered, 'address'>>): Promise<void> {
    const next = { ...this.state, ...part };
    if (JSON.stringify(next) === JSON.stringify(this.state)) return;
    this.state = next;
    await this.afterOthers(() => writeDurably(this.file, JSON.stringify(next)));
  }

  /** Resolves when everything is written, well or not. */
  settled(): Promise<void> {
    return this.writing;
  }

  async forget(): Promise<void> {
    await this.afterOthers(() => rm(this.file, { force: true }));
  }

  /** One write after another, so that the newest state is the one that stays. */
  private async afterOthers(work: () => Promise<void>): Promise<void> {
    const mine = this.writing.then(work, work);
    this.writing = mine.catch(() => undefined);
    await mine;
  }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
