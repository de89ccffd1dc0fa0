import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import type { Passport, SourceWays } from './onvif.door.ts';
import type { SupervisorOptions } from './supervision.ts';

const INSPECT_MS = 30_000;
/** Descriptions in a row that never came to an end because the program did: then it is the camera that ends it. */
const MOST_INSPECTIONS = 3;

/** What a camera says that it is: asked once a run, beside the pulling. One that cannot be described is held all the same. */
export class Description {
  passport: Passport | null = null;
  private underWay: Promise<void> = Promise.resolve();

  /** @param told that it is there now, or why it is not */
  constructor(
    private readonly options: Pick<SupervisorOptions, 'memory' | 'inspect'>,
    private readonly told: (why: string | undefined) => void,
  ) {}

  begin(session: CameraSession): void {
    this.underWay = this.describe(session);
  }

  /** Resolves when the description under way has ended, or it takes longer. */
  async ended(waitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, waitMs)));
    await Promise.race([this.underWay, late]);
    clearTimeout(timer);
  }

  /** Of a source (null: of the device), as far as it was described; undefined: it was not. */
  ways(source: string | null): Pick<SourceWays, 'pictureAddress' | 'streamAddress'> | undefined {
    const { passport } = this;
    if (source === null) return passport ?? undefined;
    return passport?.sources.find(({ token }) => token === source);
  }

  private async describe(session: CameraSession): Promise<void> {
    const { memory } = this.options;
    if (this.passport !== null) return;
    if (memory.inspections >= MOST_INSPECTIONS) {
      this.told('its description has stopped this program and is not asked for');
      return;
    }
    try {
      await memory.change({ inspections: memory.inspections + 1 });
      this.passport = await this.options.inspect(session, INSPECT_MS);
      this.told(undefined);
    } catch (error) {
      this.told(error instanceof CameraFault ? `description: ${error.message}` : 'description failed');
    } finally {
      // A full disk must not end the pulling; the count is then one too many, which three starts bear.
      await memory.change({ inspections: 0 }).catch(() => undefined);
    }
  }
}
