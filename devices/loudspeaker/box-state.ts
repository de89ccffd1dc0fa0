import type { AmplifierHears } from './amplifier-sense.ts';

/** How the box is: what its lamp blinks, its page shows and its voice says, all from here. */
export interface BoxState {
  readonly isEnrolled: boolean;
  readonly isConnected: boolean;
  /** Trusted time and the memory of what was played: without them it plays nothing. */
  readonly hasTime: boolean;
  /** Signed days that are not over. */
  readonly hasProgramme: boolean;
  readonly isPlaying: boolean;
  /** Of the sound card or a wire, in English as the system says it; null: none. */
  readonly fault: string | null;
  /** Null: nothing listens behind the amplifier. */
  readonly hears: AmplifierHears | null;
  readonly hasRefusedLately: boolean;
  readonly power: 'on' | 'failing';
  readonly audio: { readonly ready: number; readonly of: number };
}

/** What may be wrong at a pole, the most urgent first. */
export const troubles = [
  'power-failing',
  'unordered-sound',
  'not-enrolled',
  'fault',
  'amplifier-silent',
  'no-network',
  'no-time',
  'no-programme',
  'audio-missing',
  'refused',
] as const;
export type Trouble = (typeof troubles)[number];

/** Everything that is wrong now, the most urgent first. A box that is not enrolled can know nothing of the rest. */
export function troublesOf(state: BoxState): Trouble[] {
  const is: Record<Trouble, boolean> = {
    'power-failing': state.power === 'failing',
    'unordered-sound': state.hears === 'unordered',
    'not-enrolled': !state.isEnrolled,
    fault: state.fault !== null,
    'amplifier-silent': state.hears === 'silent',
    'no-network': state.isEnrolled && !state.isConnected,
    'no-time': state.isEnrolled && !state.hasTime,
    'no-programme': state.isEnrolled && state.hasTime && !state.hasProgramme,
    'audio-missing': state.audio.ready < state.audio.of,
    refused: state.hasRefusedLately,
  };
  return troubles.filter((trouble) => is[trouble]);
}

/** Before a box belongs to a pole it knows only this. */
export function notEnrolled(fault: string | null): BoxState {
  return {
    ...{ isEnrolled: false, isConnected: false, hasTime: false, hasProgramme: false, isPlaying: false },
    ...{ fault, hears: null, hasRefusedLately: false, power: 'on', audio: { ready: 0, of: 0 } },
  };
}
