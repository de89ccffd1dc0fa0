import { refuseForeignTune } from './render-profile.ts';
import type { SoundClass, TuneId, TuneOf } from './tunes.ts';

/**
 * The sounds that say "listen" before a voice speaks. Composed for this project and computed, so there is no
 * sample to license. Villagers learn them: a routine chime must never be taken for an alarm.
 */

interface Note {
  readonly hertz: number;
  readonly startSeconds: number;
  readonly lengthSeconds: number;
}

interface Tune {
  readonly opening: (sampleRate: number) => Int16Array;
  readonly closing: (sampleRate: number) => Int16Array;
}

/** A warm bell: partials of falling strength, the higher ones dying first. Below 3 kHz, where horns are even. */
const BELL = [
  { multiple: 1, strength: 1, decayPerSecond: 2.2 },
  { multiple: 2, strength: 0.45, decayPerSecond: 3.6 },
  { multiple: 3, strength: 0.18, decayPerSecond: 5.5 },
] as const;

/** Wood struck: dies within a quarter of a second. */
const WOOD = [
  { multiple: 1, strength: 1, decayPerSecond: 16 },
  { multiple: 2.76, strength: 0.4, decayPerSecond: 26 },
] as const;

/** Equal temperament, in hertz. */
const G4 = 392;
const A4 = 440;
const C5 = 523.25;
const D5 = 587.33;
const E5 = 659.26;
const G5 = 783.99;

const note = (hertz: number, startSeconds: number, lengthSeconds: number): Note => ({
  hertz,
  startSeconds,
  lengthSeconds,
});
const knocks = (starts: readonly number[]): Note[] => starts.map((start) => note(620, start, 0.32));

/** An open, rising chord, and the way home. 3.0 and 2.1 s. */
const risingChord: Tune = bells(
  [note(G4, 0, 1.6), note(C5, 0.38, 1.6), note(E5, 0.76, 1.6), note(G5, 1.14, 1.9)],
  [note(E5, 0, 1.3), note(C5, 0.42, 1.7)],
);

/** High, then low, as before a train. 2.4 and 1.6 s. */
const twoBells: Tune = bells([note(G5, 0, 1.5), note(C5, 0.7, 1.7)], [note(C5, 0, 1.6)]);

/** Five notes of the scale that villages sing in. 3.1 and 2.0 s. */
const pentatonic: Tune = bells(
  [note(A4, 0, 1.2), note(C5, 0.3, 1.2), note(D5, 0.6, 1.2), note(G4, 0.9, 1.2), note(A4, 1.3, 1.8)],
  [note(D5, 0, 1.2), note(A4, 0.4, 1.6)],
);

/** Three knocks on wood (mõ), twice: neither song nor siren. 2.2 and 0.9 s. */
const threeKnocks: Tune = {
  opening: (sampleRate) => struck(knocks([0, 0.28, 0.56, 1.3, 1.58, 1.86]), WOOD, sampleRate),
  closing: (sampleRate) => struck(knocks([0, 0.28, 0.56]), WOOD, sampleRate),
};

/** Two tones in turn. 3.6 and 1.2 s. */
const twoTone: Tune = {
  opening: (sampleRate) => siren(stepping(960, 770, 0.3), 3.6, sampleRate),
  closing: (sampleRate) => siren(stepping(960, 770, 0.3), 1.2, sampleRate),
};

/** Up from 600 to 1,100 Hz, three times. 3.6 and 1.2 s. */
const risingSiren: Tune = {
  opening: (sampleRate) => siren(sweeping(600, 1_100, 1.2), 3.6, sampleRate),
  closing: (sampleRate) => siren(sweeping(600, 1_100, 1.2), 1.2, sampleRate),
};

const tunes = {
  routine: { 'rising-chord': risingChord, 'two-bells': twoBells, pentatonic },
  drill: { 'three-knocks': threeKnocks },
  emergency: { 'two-tone': twoTone, 'rising-siren': risingSiren },
} as const satisfies { readonly [C in SoundClass]: Readonly<Record<TuneOf<C>, Tune>> };

/** The sound before the first word. Peak 0.5 of full scale. @throws Failure `speech.tune-of-another-class` */
export function openingSound(soundClass: SoundClass, tune: TuneId, sampleRate: number): Int16Array {
  return tuneOf(soundClass, tune).opening(sampleRate);
}

/** The sound after the last word. Peak 0.5 of full scale. @throws Failure `speech.tune-of-another-class` */
export function closingSound(soundClass: SoundClass, tune: TuneId, sampleRate: number): Int16Array {
  return tuneOf(soundClass, tune).closing(sampleRate);
}

/** Asked for by class and name: no caller can come by an alarm for a routine announcement. */
function tuneOf(soundClass: SoundClass, tune: TuneId): Tune {
  refuseForeignTune(soundClass, tune);
  return (tunes[soundClass] as Readonly<Record<string, Tune>>)[tune] as Tune;
}

function bells(opening: readonly Note[], closing: readonly Note[]): Tune {
  return {
    opening: (sampleRate) => struck(opening, BELL, sampleRate),
    closing: (sampleRate) => struck(closing, BELL, sampleRate),
  };
}

function struck(
  notes: readonly Note[],
  body: readonly { multiple: number; strength: number; decayPerSecond: number }[],
  sampleRate: number,
): Int16Array {
  const whole = Math.max(...notes.map(({ startSeconds, lengthSeconds }) => startSeconds + lengthSeconds));
  const mix = new Float64Array(Math.round(whole * sampleRate));
  for (const { hertz, startSeconds, lengthSeconds } of notes) {
    const start = Math.round(startSeconds * sampleRate);
    const length = Math.min(Math.round(lengthSeconds * sampleRate), mix.length - start);
    for (let at = 0; at < length; at += 1) {
      const seconds = at / sampleRate;
      const attack = Math.min(1, seconds / 0.012);
      const release = Math.min(1, (length - at) / (0.06 * sampleRate));
      let value = 0;
      for (const { multiple, strength, decayPerSecond } of body) {
        value +=
          strength * Math.exp(-decayPerSecond * seconds) * Math.sin(2 * Math.PI * hertz * multiple * seconds);
      }
      mix[start + at] = (mix[start + at] ?? 0) + value * attack * release;
    }
  }
  return toHalfScale(mix);
}

const stepping =
  (first: number, second: number, stepSeconds: number) =>
  (seconds: number): number =>
    Math.floor(seconds / stepSeconds) % 2 === 0 ? first : second;

const sweeping =
  (from: number, to: number, everySeconds: number) =>
  (seconds: number): number =>
    from + ((to - from) * (seconds % everySeconds)) / everySeconds;

/** One tone that moves, its phase kept whole; a little third harmonic to cut through wind and rain. */
function siren(hertzAt: (seconds: number) => number, seconds: number, sampleRate: number): Int16Array {
  const mix = new Float64Array(Math.round(seconds * sampleRate));
  const edge = 0.01 * sampleRate;
  let phase = 0;
  for (let at = 0; at < mix.length; at += 1) {
    phase += (2 * Math.PI * hertzAt(at / sampleRate)) / sampleRate;
    const gate = Math.min(1, at / edge, (mix.length - at) / edge);
    mix[at] = gate * (Math.sin(phase) + 0.2 * Math.sin(3 * phase));
  }
  return toHalfScale(mix);
}

function toHalfScale(mix: Float64Array): Int16Array {
  let peak = 0;
  for (const value of mix) peak = Math.max(peak, Math.abs(value));
  const out = new Int16Array(mix.length);
  for (let at = 0; at < mix.length; at += 1) out[at] = Math.round(((mix[at] ?? 0) / peak) * 16_383);
  return out;
}
