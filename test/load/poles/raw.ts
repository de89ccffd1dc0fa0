import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  | { kind: 'broker-memory'; poles: number; bytesPerPole: number }
  /** A part has ended, and how. */
  | { kind: 'run'; isWhole: boolean; seconds: number; seed: number };

/** As it lies in the file: of which part of a benchmark it is. */
type Line = Measured & { readonly part?: string };

function linesOf(path: string): Line[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

/** A file of lines, each of one part: a part may be measured in a run of its own, into the same file. */
export class RawData {
  private part = '';
  /** How many of each kind this run has added. */
  readonly added = new Map<Measured['kind'], number>();

  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) writeFileSync(path, '');
  }

  /** What follows is of this part; what an earlier run measured of it is dropped, and of other parts kept. */
  begin(part: string): void {
    const kept = linesOf(this.path).filter((line) => line.part !== part);
    writeFileSync(this.path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.part = part;
    this.added.clear();
  }

  add(measured: Measured): void {
    appendFileSync(this.path, `${JSON.stringify({ part: this.part, ...measured })}\n`);
    this.added.set(measured.kind, (this.added.get(measured.kind) ?? 0) + 1);
  }
}

/** What lies in the file, by kind. */
export function readRaw(
  path: string,
): <K extends Measured['kind']>(kind: K) => Extract<Measured, { kind: K }>[] {
  const all: readonly Measured[] = linesOf(path);
  return (kind) => all.filter((each): each is Extract<Measured, { kind: typeof kind }> => each.kind === kind);
}
