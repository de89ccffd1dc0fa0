/**
 * The sounds that say "listen" before a voice speaks. Composed for this project and computed, so there is no
 * sample to license. Villagers learn them: a routine chime must never be taken for an alarm.
 */

export type SoundProfile = 'routine' | 'emergency';

interface Note {
  readonly hertz: number;
  readonly startSeconds: number;
  readonly lengthSeconds: number;
}

/** A warm bell: partials of falling strength, the higher ones dying first. Below 3 kHz, where horns are even. */
const BELL = [
  { multiple: 1, strength: 1, decayPerSecond: 2.2 },
  { multiple: 2, strength: 0.45, decayPerSecond: 3.6 },
  { multiple: 3, strength: 0.18, decayPerSecond: 5.5 },
] as const;

/** G4 C5 E5 G5: an open, rising chord. */
const OPENING: readonly Note[] = [
  { hertz: 392.0, startSeconds: 0, lengthSeconds: 1.6 },
  { hertz: 523.25, startSeconds: 0.38, lengthSeconds: 1.6 },
  { hertz: 659.26, startSeconds: 0.76, lengthSeconds: 1.6 },
  { hertz: 783.99, startSeconds: 1.14, lengthSeconds: 1.9 },
];

/** E5 C5: the way home. */
const CLOSING: readonly Note[] = [
  { hertz: 659.26, startSeconds: 0, lengthSeconds: 1.3 },
  { hertz: 523.25, startSeconds: 0.42, lengthSeconds: 1.7 },
];

const ALARM_HERTZ = [960, 770] as const;
const ALARM_STEP_SECONDS = 0.3;

/** The sound before the first word: 3.0 s of chime, or 3.6 s of a two-tone alarm. Peak 0.5 of full scale. */
export function openingSound(profile: SoundProfile, sampleRate: number): Int16Array {
  return profile === 'routine' ? bells(OPENING, sampleRate) : alarm(12, sampleRate);
}

/** The sound after the last word: 2.1 s, or 1.2 s of alarm. Peak 0.5 of full scale. */
export function closingSound(profile: SoundProfile, sampleRate: number): Int16Array {
  return profile === 'routine' ? bells(CLOSING, sampleRate) : alarm(4, sampleRate);
}

function bells(notes: readonly Note[], sampleRate: number): Int16Array {
  const seconds = Math.max(...notes.map((note) => note.startSeconds + note.lengthSeconds));
  const mix = new Float64Array(Math.round(seconds * sampleRate));
  for (const note of notes) {
    const start = Math.round(note.startSeconds * sampleRate);
    const length = Math.min(Math.round(note.lengthSeconds * sampleRate), mix.length - start);
    for (let at = 0; at < length; at += 1) {
      const seconds = at / sampleRate;
      const attack = Math.min(1, seconds / 0.012);
      const release = Math.min(1, (length - at) / (0.06 * sampleRate));
      let value = 0;
      for (const { multiple, strength, decayPerSecond } of BELL) {
        value +=
          strength *
          Math.exp(-decayPerSecond * seconds) *
          Math.sin(2 * Math.PI * note.hertz * multiple * seconds);
      }
      mix[start + at] = (mix[start + at] ?? 0) + value * attack * release;
    }
  }
  return toHalfScale(mix);
}

/** Two tones in turn, phase kept whole where they meet; a little third harmonic to cut through wind and rain. */
function alarm(steps: number, sampleRate: number): Int16Array {
  const step = Math.round(ALARM_STEP_SECONDS * sampleRate);
  const mix = new Float64Array(steps * step);
  const edge = 0.01 * sampleRate;
  let phase = 0;
  for (let at = 0; at < mix.length; at += 1) {
    const hertz = Math.floor(at / step) % 2 === 0 ? ALARM_HERTZ[0] : ALARM_HERTZ[1];
    phase += (2 * Math.PI * hertz) / sampleRate;
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
