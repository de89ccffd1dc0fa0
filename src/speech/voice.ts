/** Sound as it leaves a voice: one channel, 16 bits. */
export interface Sound {
  readonly pcm: Int16Array;
  /** Samples a second. */
  readonly sampleRate: number;
}

export const voiceEngines = ['espeak-ng', 'sherpa-onnx', 'google-cloud'] as const;
export type VoiceEngine = (typeof voiceEngines)[number];

/** An emergency may have another voice than all the rest, so that people hear from the first word what it is. */
export type VoiceClass = 'routine' | 'emergency';

export const voiceGenders = ['female', 'male'] as const;
export type VoiceGender = (typeof voiceGenders)[number];

/** What the screen says about a voice: who speaks, and what it cannot do. */
export interface VoiceDescription {
  readonly id: string;
  /** What a setting or a person chooses it by: `google:vi-VN-Neural2-A`, `espeak:vi`, `sherpa:` and a directory. */
  readonly key: string;
  readonly name: string;
  readonly engine: VoiceEngine;
  /** Null where nobody says. */
  readonly gender: VoiceGender | null;
  /** Spoken on this machine, without a network. */
  readonly isLocal: boolean;
  /** Stable codes that the console words, such as `robotic` and `needs-network`. */
  readonly limits: readonly string[];
}

export interface SynthesisOptions {
  /** 1 is the voice's own pace; 0.9 is what carries outdoors. */
  readonly rate: number;
  /** Gives up at once when aborted, with `speech.aborted`. */
  readonly signal?: AbortSignal;
}

/**
 * A voice that speaks Vietnamese sentences (giọng đọc). Bodies: `voice.espeak.ts`, `voice.sherpa.ts`,
 * `voice.google.ts`; one suite is run on all (`test/contracts/voice.spec.ts`).
 *
 * A voice answers within a deadline of its own or fails: `unavailable`, `speech.voice-timeout`,
 * `speech.voice-refused`, `speech.voice-unreachable`, `speech.voice-crashed`, `speech.voice-silent`,
 * `speech.voice-quota`, `speech.voice-credentials`, `speech.voice-unknown`, `speech.voice-budget`;
 * `conflict`, `speech.aborted` when its caller gave up. It never falls back to another voice: that is the
 * renderer's business, because a recording must say who spoke it.
 */
export abstract class Voice {
  /** What it is chosen by; stays when the engine or the model is renewed. */
  abstract readonly key: string;

  /** Engine, its version, model and settings: two voices of one id speak a sentence alike. A part of cache keys. */
  abstract readonly id: string;

  /** Sentences that it speaks side by side with profit. */
  abstract readonly atOnce: number;

  abstract describe(): VoiceDescription;

  /** One sentence, already in spoken form (no digits, no abbreviations), as sound without clipping. */
  abstract synthesise(sentence: string, options: SynthesisOptions): Promise<Sound>;

  /** Lets go of processes and connections; a later call starts them anew. */
  abstract close(): Promise<void>;
}

/** The voices to try, in this order, of which the first is the chosen one unless that is gone altogether. */
export class Voices {
  constructor(
    readonly inOrder: readonly [Voice, ...Voice[]],
    private readonly preferredKey = inOrder[0].key,
  ) {}

  /** Whether this is another voice than the chosen one. */
  isFallback(voice: Voice): boolean {
    return voice.key !== this.preferredKey;
  }
}
