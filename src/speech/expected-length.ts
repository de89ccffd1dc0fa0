import { closingSound, openingSound } from './chime.ts';
import { pauseAfter } from './assembly.ts';
import { saidIn, type Delivery } from './render-profile.ts';

/**
 * How long a Vietnamese syllable takes at a voice's own pace, pauses at commas included: 0.230 s over the 30
 * announcements of the fixtures in the embedded voice (5,158 syllables at 0.9 of the pace), 0.219 to 0.240 in any one.
 * Another voice may be slower: the length of the recording itself is shown as soon as there is one.
 */
const SYLLABLE_SECONDS = 0.23;

/** Enough to know how long a tune is. */
const COARSE_RATE = 1_000;

/** How long a recording of these sentences will sound (seconds), before anything was spoken. */
export function expectedSeconds(sentences: readonly string[], delivery: Delivery): number {
  const { profile, tune, times } = delivery;
  const said = saidIn(delivery, sentences);
  const syllables = said.reduce((sum, sentence) => sum + (sentence.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);
  const pauses = said.slice(0, -1).reduce((sum, sentence) => sum + pauseAfter(sentence, profile), 0);
  const body = (syllables * SYLLABLE_SECONDS) / profile.rate + pauses;
  const tunes = [openingSound, closingSound].map(
    (sound) => sound(profile.soundClass, tune, COARSE_RATE).length / COARSE_RATE,
  );
  return (
    tunes.reduce((sum, seconds) => sum + seconds, 0) +
    profile.leadSeconds +
    times * body +
    (times - 1) * profile.beforeRepeatSeconds +
    profile.beforeClosingSeconds
  );
}
