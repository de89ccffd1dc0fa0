import { Failure } from '../base/failure.ts';
import { Voice, type Sound, type SynthesisOptions, type VoiceDescription } from './voice.ts';

/** Failures after which the service has surely charged nothing. A time-out is not among them. */
const NOT_CHARGED = /^speech\.voice-(unreachable|credentials|quota|unknown|refused)$/;

/**
 * A paid voice as it speaks for one commune: what it is given is counted first, so that a crash between counting and
 * speaking costs some characters of the budget and never money.
 */
export class MeteredVoice extends Voice {
  readonly key: string;
  readonly id: string;
  readonly atOnce: number;

  /** @param spend counts characters (less than none: gives them back); throws where the budget does not allow them */
  constructor(
    private readonly voice: Voice,
    private readonly spend: (characters: number) => Promise<void>,
  ) {
    super();
    this.key = voice.key;
    this.id = voice.id;
    this.atOnce = voice.atOnce;
  }

  describe(): VoiceDescription {
    return this.voice.describe();
  }

  async synthesise(sentence: string, options: SynthesisOptions): Promise<Sound> {
    const characters = Array.from(sentence.normalize('NFC')).length;
    await this.spend(characters);
    try {
      return await this.voice.synthesise(sentence, options);
    } catch (error) {
      if (error instanceof Failure && NOT_CHARGED.test(error.code)) {
        // What was not given back is counted too much: the safe side.
        await this.spend(-characters).catch(() => undefined);
      }
      throw error;
    }
  }

  close(): Promise<void> {
    return this.voice.close();
  }
}
