import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** One thing that was measured. Everything that is said at the end is computed from these lines, as they lie on disk. */
export type Measured =
  | {
      kind: 'refused';
      what: 'forged' | 'replayed';
      /** In what state the pole was, or how it was sent. */
      how: string;
      pole: string;
      reason: string;
      sent: number;
      refused: number;
    }
  | { kind: 'heard'; what: 'forged' | 'replayed'; genuine: number; heard: number }
  | { kind: 'false-receipts'; sent: number; believed: number }
  | { kind: 'kill'; who: string; at: number }
  | { kind: 'airing'; id: string; pole: string; state: string; reason: string | null }
  | { kind: 'reckoning'; lost: number; doubled: number; faults: readonly string[] }
  | { kind: 'ghosts'; dead: number; online: number; alive: number; aliveOnline: number }
  | { kind: 'start'; broadcast: string; pole: string; errorMs: number; coverage: number }
  | {
      kind: 'fan-out';
      side: 'service' | 'straight';
      poles: number;
      bytes: number;
      ms: number;
      fromButtonMs: number;
    }
  | { kind: 'emergency'; poles: number; ms: number }
  | { kind: 'broker-memory'; poles: number; bytesPerPole: number };

export class RawData {
  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }

  add(measured: Measured): void {
    appendFileSync(this.path, `${JSON.stringify(measured)}\n`);
  }
}

/** What lies in the file, by kind. */
export function readRaw(
  path: string,
): <K extends Measured['kind']>(kind: K) => Extract<Measured, { kind: K }>[] {
  const all = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Measured);
  return (kind) => all.filter((each): each is Extract<Measured, { kind: typeof kind }> => each.kind === kind);
}
