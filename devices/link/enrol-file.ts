import { rename } from 'node:fs/promises';
import { readIfThere } from './durable-file.ts';
import { enrol } from './enrolment.ts';
import type { Identity } from './identity.ts';

const lookMs = 2_000;
const longestMs = 60_000;

/**
 * Waits for an enrolment link in a text file and enrols with it: how a box without screen and keyboard is told where
 * it belongs. A link that the service refuses is put aside as `NAME.refused`, since its code is for one time; where the
 * service cannot be reached it tries again. Then the file is put aside as `NAME.used`.
 * @param told why it is not enrolled yet, where that is another reason than before
 */
export async function enrolFromFile(
  identity: Identity,
  file: string,
  told: (why: string) => void,
): Promise<void> {
  let waitMs = lookMs;
  let lastTold = '';
  const tell = (why: string): void => {
    if (why !== lastTold) told(why);
    lastTold = why;
  };
  for (;;) {
    const link = (await readIfThere(file))?.toString('utf8').trim() ?? '';
    if (link === '') {
      waitMs = lookMs;
      tell(`no enrolment link in ${file}`);
    } else {
      try {
        await enrol(identity, link);
        await rename(file, `${file}.used`).catch(() => undefined);
        return;
      } catch (error) {
        tell((error as Error).message);
        if (!isOutOfReach(error)) await rename(file, `${file}.refused`).catch(() => undefined);
        waitMs = Math.min(longestMs, waitMs * 2);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** The way to the service or its health, not its answer: a socket's error has a code. */
function isOutOfReach(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message: string };
  return typeof code === 'string' || message.startsWith('enrolment refused with 5');
}
