import type { ViewFinding } from '../../../src/camera-health/comparison.ts';

/** A photograph's bytes. */
export interface Scene {
  readonly picture: Buffer;
}

/** What is done to a view; what is left out is as it was. */
export interface How {
  /** Turned aside: shares of the view's width and height. */
  readonly right?: number;
  readonly down?: number;
  /** Degrees. */
  readonly roll?: number;
  readonly zoom?: number;
  /** Standard deviation of the blur, points of a picture 640 wide. */
  readonly blur?: number;
  readonly gain?: number;
  readonly gamma?: number;
  readonly tint?: readonly [number, number, number];
  readonly isGrey?: boolean;
  /** 0 to 1: how much of the light is the fog's. */
  readonly fog?: number;
  /** Of the light that is left where the shadow falls. */
  readonly shadow?: number;
  /** Of the sensor's noise, grey levels. */
  readonly grain?: number;
  /** Streaks. */
  readonly rain?: number;
  readonly passers?: number;
  /** Share of the view behind it. */
  readonly lorry?: number;
  /** Share of the view behind it, and how light it is (grey level). */
  readonly cover?: { readonly share: number; readonly level: number };
  /** Of the JPEG, 1–100. */
  readonly quality?: number;
}

export interface Kind {
  readonly name: string;
  readonly how: How;
  /** What may be found; null: nothing. */
  readonly expected: readonly (ViewFinding | null)[];
  /** The share of wrong answers that is let pass. */
  readonly most: number;
}

const calm = (name: string, how: How, most = 0.03): Kind => ({ name, how, expected: [null], most });
/** A view that was dim before is dark then, and to be called so. */
const dimmer = (name: string, how: How): Kind => ({ name, how, expected: [null, 'dark'], most: 0.03 });
const harm = (name: string, how: How, expected: readonly ViewFinding[], most = 0.05): Kind => ({
  ...{ name, how, expected, most },
});

/** What happens before a camera that is well. */
export const well: readonly Kind[] = [
  calm('again, grain 3', { grain: 3 }),
  calm('grain 12 (night gain)', { grain: 12 }),
  calm('JPEG of quality 25', { quality: 25, grain: 3 }),
  calm('exposure × 1.5', { gain: 1.5, grain: 3 }),
  dimmer('exposure × 0.6', { gain: 0.6, grain: 4 }),
  dimmer('dusk: exposure × 0.35', { gain: 0.35, grain: 6 }),
  dimmer('dusk: gamma 1.8', { gamma: 1.8, grain: 5 }),
  calm('white balance', { tint: [1.25, 1, 0.7], grain: 3 }),
  dimmer('infra-red', { isGrey: true, gain: 0.8, grain: 6 }),
  calm('fog 35 %', { fog: 0.35, grain: 3 }),
  dimmer('sun: the shadow elsewhere', { shadow: 0.45, grain: 3 }),
  calm('rain', { rain: 500, gain: 0.8, grain: 4 }),
  calm('5 people', { passers: 5, grain: 3 }),
  // One still alone opens nothing: it has driven on a minute later.
  calm('a lorry over 30 %', { lorry: 0.3, grain: 3 }, 0.1),
  calm('a pole in the wind: 1 %', { right: 0.01, down: -0.008, roll: 0.3, grain: 3 }),
  calm('soft: blur of 0.7 points', { blur: 0.7, grain: 3 }, 0.25),
  dimmer('dusk, rain and 3 people', { gain: 0.5, rain: 400, passers: 3, grain: 6, quality: 50 }),
];

/** What moved since the first picture of a camera that stands still. */
export const laterInFilm = calm('later in a film', {});

export const spoiled: readonly Kind[] = [
  ...[0.1, 0.2, 0.3].flatMap((share) => [
    harm(`turned aside by ${100 * share} %`, { right: share, grain: 3 }, ['moved']),
    harm(`turned down by ${100 * share} %`, { down: share, grain: 3 }, ['moved']),
  ]),
  harm('turned by 20 %, at dusk', { right: -0.2, down: 0.05, gain: 0.5, grain: 6 }, ['moved']),
  harm('rolled by 8°', { roll: 8, grain: 3 }, ['moved'], 0.15),
  harm('rolled by 20°', { roll: 20, grain: 3 }, ['moved']),
  harm('zoomed × 1.25', { zoom: 1.25, grain: 3 }, ['moved']),
  harm('zoomed × 1.6', { zoom: 1.6, grain: 3 }, ['moved', 'blurred']),
  ...[2, 3, 5, 8].map((blur) =>
    harm(`blur of ${blur} points`, { blur, grain: 3 }, ['blurred', 'covered'], 0.15),
  ),
  harm('covered, light', { cover: { share: 1, level: 150 }, grain: 3 }, ['covered']),
  harm('covered, dim', { cover: { share: 1, level: 45 }, grain: 4 }, ['covered']),
  harm('covered but for 10 %', { cover: { share: 0.9, level: 110 }, grain: 3 }, ['covered', 'moved'], 0.1),
  harm('black', { cover: { share: 1, level: 3 }, grain: 2 }, ['covered', 'dark']),
  harm('hardly any light: × 0.06', { gain: 0.06, grain: 3 }, ['dark', 'covered']),
];
