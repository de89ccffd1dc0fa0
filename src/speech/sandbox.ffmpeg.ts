import { spawnSync } from 'node:child_process';
import { Failure } from '../base/failure.ts';
import { ENDS_WITH_PARENT, runProgram } from './program.process.ts';
import type { ProgramEnd } from './program.process.ts';

/** What a program that reads a stranger's file may take, whatever the file makes it do. */
export interface Limits {
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
  /** The largest file that it may write. */
  readonly fileBytes: number;
  readonly deadlineMs: number;
}

/** One shell line sets each limit where the system knows it; the rest is the program in its place. */
const LIMITED =
  'ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; ulimit -f "$3" 2>/dev/null; ' +
  'ulimit -n 64 2>/dev/null; ulimit -c 0 2>/dev/null; shift 3; exec "$@"';

/**
 * Where the kernel lets a user make namespaces (most Linux; not where a container forbids it), the program has no network
 * at all. Elsewhere it has nothing to reach it with: its protocols are named one by one.
 */
let apart: readonly string[] | undefined;
function withoutNetwork(): readonly string[] {
  if (apart === undefined) {
    const prefix = ['/usr/bin/unshare', '--user', '--net', '--ipc', '--'];
    const [program = '', ...rest] = prefix;
    const tried =
      process.platform === 'linux'
        ? spawnSync(program, [...rest, '/bin/true'], { env: {}, timeout: 2_000, stdio: 'ignore' })
        : undefined;
    apart = tried?.status === 0 ? prefix : [];
  }
  return apart;
}

/**
 * Runs a program on a file from outside: limits on memory, processor, time and output, an empty environment, no network
 * where the system can take it away, and a directory of its own to stand in.
 * @throws Failure `unavailable`, `speech.import-timeout`; `conflict`, `speech.aborted`; `unavailable`,
 *   `speech.encoder-failed` when it cannot be started. How it ended is told, not thrown: a bad file is no fault of ours.
 */
export async function runApart(
  path: string,
  parameters: readonly string[],
  directory: string,
  limits: Limits,
  signal?: AbortSignal,
): Promise<ProgramEnd> {
  const whole =
    process.platform === 'win32'
      ? [path, ...parameters]
      : [
          ...withoutNetwork(),
          // Who gets a namespace of their own is forgotten as somebody's child: once more.
          ...ENDS_WITH_PARENT,
          '/bin/sh',
          '-c',
          LIMITED,
          'sh',
          String(Math.ceil(limits.memoryBytes / 1_024)),
          String(limits.cpuSeconds),
          // POSIX counts blocks of 512 bytes.
          String(Math.ceil(limits.fileBytes / 512)),
          path,
          ...parameters,
        ];
  const [program = path, ...rest] = whole;
  const { deadlineMs } = limits;
  const late = new Failure(
    'unavailable',
    'speech.import-timeout',
    `it was not decoded within ${deadlineMs} ms`,
  );
  return runProgram(program, rest, { directory, deadlineMs, late, signal });
}
