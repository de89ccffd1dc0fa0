import { Failure } from '../base/failure.ts';
import { isTuneOf, type SoundClass, type TuneId, type TunesChosen } from './tunes.ts';

export const renderProfileIds = ['outdoor', 'indoor', 'drill', 'alarm'] as const;
export type RenderProfileId = (typeof renderProfileIds)[number];

/** What a person may choose for an announcement. The alarm is not among them: an emergency gets it, nothing else. */
export const chosenProfileIds = ['outdoor', 'indoor', 'drill'] as const satisfies RenderProfileId[];
export type ChosenProfileId = (typeof chosenProfileIds)[number];

/** How words become the sound that goes out (kiểu phát): plain data, so that two of them can be laid side by side. */
export interface RenderProfile {
  readonly id: RenderProfileId;
  /** Whose tunes it opens and closes with. */
  readonly soundClass: SoundClass;
  /** Between the tune and the first word: heads turn. */
  readonly leadSeconds: number;
  readonly betweenSentencesSeconds: number;
  /** After a clause that goes on: "như sau:". */
  readonly insideThoughtSeconds: number;
  readonly beforeRepeatSeconds: number;
  readonly beforeClosingSeconds: number;
  /** Against a voice's own pace, which is 1. */
  readonly rate: number;
  /** How often the words are said where nobody chose. */
  readonly times: 1 | 2;
  /** Horns give nothing below and little above; what they cannot play would only eat headroom. */
  readonly bandHertz: { readonly from: number; readonly to: number };
  /** Said before and after the words, each time: what nobody may leave out. In spoken form. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Echo from the next pole has died after about half a second; 0.9 of a voice's pace carries outdoors (SPEECH). */
const outdoor: RenderProfile = {
  id: 'outdoor',
  soundClass: 'routine',
  leadSeconds: 1.2,
  betweenSentencesSeconds: 0.6,
  insideThoughtSeconds: 0.45,
  beforeRepeatSeconds: 1.8,
  beforeClosingSeconds: 0.8,
  rate: 0.9,
  times: 1,
  bandHertz: { from: 300, to: 7_000 },
  before: [],
  after: [],
};

export const renderProfiles: Readonly<Record<RenderProfileId, RenderProfile>> = {
  outdoor,
  /** A hall, or a file for a telephone: no echo to wait for, no horn to spare. */
  indoor: {
    ...outdoor,
    id: 'indoor',
    leadSeconds: 0.6,
    betweenSentencesSeconds: 0.4,
    insideThoughtSeconds: 0.3,
    beforeRepeatSeconds: 1.2,
    beforeClosingSeconds: 0.6,
    rate: 1,
    bandHertz: { from: 80, to: 12_000 },
  },
  drill: {
    ...outdoor,
    id: 'drill',
    soundClass: 'drill',
    before: ['Đây là diễn tập, không phải tình huống thật.'],
    after: ['Xin nhắc lại: đây chỉ là diễn tập.'],
  },
  alarm: {
    ...outdoor,
    id: 'alarm',
    soundClass: 'emergency',
    leadSeconds: 0.5,
    beforeRepeatSeconds: 1.2,
    beforeClosingSeconds: 0.5,
    times: 2,
  },
};

/** A profile with what was chosen for one recording. Made by `deliveryOf` alone, which refuses what does not fit. */
export interface Delivery {
  readonly profile: RenderProfile;
  readonly tune: TuneId;
  readonly times: 1 | 2;
}

/**
 * @param tunes the commune's choice for each class
 * @throws Failure `invalid`, `speech.tune-of-another-class`: villagers learn the tunes, and run or stay by them
 */
export function deliveryOf(profileId: RenderProfileId, tunes: TunesChosen, times?: 1 | 2): Delivery {
  const profile = renderProfiles[profileId];
  const tune: TuneId = tunes[profile.soundClass];
  refuseForeignTune(profile.soundClass, tune);
  return { profile, tune, times: times ?? profile.times };
}

export function refuseForeignTune(soundClass: SoundClass, tune: string): void {
  if (isTuneOf(soundClass, tune)) return;
  throw new Failure(
    'invalid',
    'speech.tune-of-another-class',
    `the tune ${tune} does not belong to ${soundClass}`,
  );
}

/** All that is said in one round: the words, framed by what the profile says with them. */
export function saidIn({ profile }: Delivery, sentences: readonly string[]): string[] {
  return [...profile.before, ...sentences, ...profile.after];
}
