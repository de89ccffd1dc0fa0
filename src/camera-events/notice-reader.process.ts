import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Failure } from '../base/failure.ts';
import { programBeside } from '../base/program.ts';

const answer = z.object({
  id: z.string(),
  notice: z
    .object({
      topic: z.string(),
      operation: z.enum(['Initialized', 'Changed', 'Deleted', 'none']),
      data: z.array(z.object({ name: z.string(), value: z.string() })),
      kind: z.string(),
      phase: z.enum(['begin', 'end', 'instant', 'state']),
    })
    .nullable(),
});
export type ReadNotice = NonNullable<z.infer<typeof answer>['notice']>;

/** For one portion; reading one takes well under a millisecond. */
const patienceMs = 30_000;

/** The connector's reading of raw notices, in a process: started for each portion and gone after it. */
export async function readNotices(
  portion: readonly { readonly id: string; readonly raw: Buffer }[],
): Promise<Map<string, ReadNotice>> {
  const { file, execArgv } = programBeside(import.meta.url, '../../devices/connector/read-notices.main');
  const child = spawn(process.execPath, [...execArgv, file], { stdio: ['pipe', 'pipe', 'ignore'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  try {
    const read = new Map<string, ReadNotice>();
    // It may be gone before it has read all: then answers are missing, and that is told below.
    child.stdin.on('error', () => undefined);
    child.stdin.end(
      portion.map(({ id, raw }) => `${JSON.stringify({ id, raw: raw.toString('base64') })}\n`).join(''),
    );
    let answered = 0;
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
      const { id, notice } = answer.parse(JSON.parse(line));
      answered += 1;
      if (notice !== null) read.set(id, notice);
    }
    if (answered < portion.length)
      throw new Failure('unavailable', 'camera-events.reading-failed', 'The kept notices were not all read');
    return read;
  } finally {
    clearTimeout(timer);
    child.kill();
  }
}
