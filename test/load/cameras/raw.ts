import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

/** One thing that was measured. Every figure is computed from these lines, as they lie on disk. */
export type Measured =
  | {
      kind: 'registered';
      rows: number;
      /** The dry run of a table with one wrong row: the rows that it named. */
      wrongRows: readonly number[];
      dryRunMs: number;
      addMs: number;
      /** From the beginning of the dry run until every camera whose password is right was held. */
      heldMs: number;
    }
  | {
      kind: 'illness';
      camera: number;
      ill: string;
      /** Ms since 1970: from then on the camera could be held. */
      ableAt: number;
      /** When what was first pulled well after that was asked for; null for never within two minutes of running. */
      heldAt: number | null;
      /** Of the time between, what the machine let nobody run (ms). */
      stalledMs: number;
    }
  | { kind: 'stall'; at: number; ms: number }
  /** A camera that nothing befell was not pulled for longer than a camera may be left alone. */
  | { kind: 'silence'; camera: number; sinceAt: number }
  | { kind: 'memory'; at: number; service: number; connector: number; broker: number }
  /** Of the service's event loop, for one second: so many delays, and which share of them was at most so long. */
  | {
      kind: 'loop';
      at: number;
      count: number;
      percentiles: readonly (readonly [percent: number, ms: number])[];
    }
  | { kind: 'load'; at: number; minute: number }
  | CameraEnd
  | { kind: 'run'; isWhole: boolean; minutes: number; seed: number };

export interface CameraEnd {
  readonly kind: 'end';
  readonly camera: number;
  readonly way: string;
  readonly isPasswordKnown: boolean;
  readonly isSubscribed: boolean;
  /** Notices that went out in whole answers. */
  readonly delivered: number;
  /** Of those, the ones that the database does not have. */
  readonly lost: number;
  /** Crossings, each with a number of its own, that the database has more than once. */
  readonly doubled: number;
  /** By reason, as often as it happened. */
  readonly refusals: Readonly<Record<string, number>>;
  /** How often the camera shut the account. */
  readonly lockouts: number;
  readonly pullPoints: number;
}

/** A file of lines. */
export class RawData {
  constructor(readonly path: string) {
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
  const lines = readFileSync(path, 'utf8').split('\n');
  const all = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Measured);
  return (kind) => all.filter((each): each is Extract<Measured, { kind: typeof kind }> => each.kind === kind);
}
