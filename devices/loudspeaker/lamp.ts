import { troublesOf } from './box-state.ts';
import type { BoxState, Trouble } from './box-state.ts';

/** Flashes in a row, then dark; `steady`: it plays; `hurry`: somebody else's sound is on the horns. */
export type LampCode = number | 'steady' | 'alive' | 'hurry' | 'dark';

/** The lamp's language. `docs/guide/install-pole.md` has it as a table. */
export const lampCodes: Record<Trouble, LampCode> = {
  'power-failing': 'dark',
  'unordered-sound': 'hurry',
  'not-enrolled': 1,
  'no-network': 2,
  'no-time': 3,
  refused: 4,
  'amplifier-silent': 5,
  fault: 6,
  'no-programme': 7,
  'audio-missing': 8,
};

const flashMs = 200;
const betweenMs = 300;
const pauseMs = 1_600;

/** What the lamp shows: the most urgent trouble; without one, that it plays or that it lives. */
export function lampCode(state: BoxState): LampCode {
  const [first] = troublesOf(state);
  const isLight = first === undefined || first === 'refused' || first === 'audio-missing';
  if (state.isPlaying && isLight) return 'steady';
  return first === undefined ? 'alive' : lampCodes[first];
}

/** Whether it is lit, `atMs` after the code began to be shown. */
export function isLit(code: LampCode, atMs: number): boolean {
  if (code === 'steady') return true;
  if (code === 'dark') return false;
  if (code === 'hurry') return atMs % 200 < 100;
  if (code === 'alive') return atMs % 3_000 < 100;
  const at = atMs % (code * (flashMs + betweenMs) + pauseMs);
  return at < code * (flashMs + betweenMs) && at % (flashMs + betweenMs) < flashMs;
}
