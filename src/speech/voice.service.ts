import { Logger } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import type { Clock } from '../base/clock.ts';
import { codeOf, messageOf } from '../base/error.ts';
import type { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { localDate } from '../base/local-time.ts';
import { orLastKnown } from '../base/patience.ts';
import type { JournalService } from '../journal/journal.service.ts';
import type { Database } from '../platform/database/database.ts';
import { Rests } from './rests.ts';
import { budgetState, type Budget, type Usage } from './voice-budget.ts';
import { ESPEAK_VOICES, EspeakVoice } from './voice.espeak.ts';
import { GoogleVoice, type GoogleDoor, type GoogleVoiceListing } from './voice.google.ts';
import { MeteredVoice } from './voice.metered.ts';
import { isFault, modelsBelow, type ModelFault, type SherpaModel } from './voice.sherpa.model.ts';
import { sherpaKey, SherpaVoice, sherpaVersion } from './voice.sherpa.ts';
import type { Choices, VoiceStore } from './voice.store.ts';
import { Voices, type Voice, type VoiceClass, type VoiceDescription } from './voice.ts';

declare module '../base/events.ts' {
  interface News {
    /** A voice that could not speak can again, or another one was chosen: fallback recordings may be made anew. */
    'voices.changed': { communeId: string | null };
  }
}

export interface VoiceSettings {
  /** `auto`, `espeak`, `google`, `sherpa`, or the key of one voice. */
  readonly voice: string;
  /** The same; empty: as `voice`. */
  readonly emergencyVoice: string;
  readonly espeakVoice: string;
  /** Holds one directory a neural voice. */
  readonly voicesDirectory: string;
  readonly googleVoice: string;
  /** Null where there are no credentials. */
  readonly google: GoogleDoor | null;
  readonly budget: Budget;
  /** By whose days and months the budget counts. */
  readonly timeZone: string;
}

/** What a screen is told of everything that could speak. */
export interface Offered {
  readonly voices: readonly VoiceDescription[];
  readonly models: readonly ModelFault[];
  /** Why Google's voices are not among them; null where they are, or where Google was not set up. */
  readonly googleFault: string | null;
}

const LISTED_FOR_MS = 3_600_000;
const CHOSEN_FOR_MS = 10_000;
const PATIENCE_MS = 700;
/** Speakers of one model that are offered; some have dozens. */
const SPEAKERS_OFFERED = 12;

/** Which voices there are, which of them a commune chose, and what it may still spend. */
export class VoiceService {
  readonly rests: Rests;
  private readonly log = new Logger('Voices');
  private readonly made = new Map<string, Voice>();
  private readonly chosen = new Map<string, { readonly choices: Choices; readonly at: number }>();
  private readonly warned = new Set<string>();
  private models: readonly (SherpaModel | ModelFault)[] = [];
  private listing: { readonly voices: readonly GoogleVoiceListing[]; readonly at: number } | undefined;

  constructor(
    private readonly settings: VoiceSettings,
    private readonly store: VoiceStore,
    private readonly database: Database,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {
    this.rests = new Rests(clock);
  }

  /** Looks through the neural voices' directories anew: those that are fit, and why the others are not. */
  async look(): Promise<void> {
    const found = await modelsBelow(this.settings.voicesDirectory);
    this.models = sherpaVersion() === undefined ? found.map(withoutEngine) : found;
    for (const model of this.models) {
      if (isFault(model))
        this.log.warn(`The voice ${model.name} cannot be used: ${model.code} ${model.about}`);
    }
  }

  /**
   * Who speaks for this commune: the voice of its choice, then the local ones. An emergency does not wait for a
   * second neural voice.
   */
  async cast(communeId: string, profile: VoiceClass): Promise<Voices> {
    const preferredKey = this.keyFor(await this.choicesOf(communeId), profile);
    const line = [preferredKey, profile === 'routine' ? this.firstModelKey() : undefined, this.embeddedKey];
    const keys = [...new Set(line.filter((key) => key !== undefined))];
    const isSpent = profile === 'routine' && (await this.isSpent(communeId));
    const voices = keys
      .flatMap((key) => this.voice(key) ?? [])
      .filter((voice) => !isSpent || !voice.describe().limits.includes('costs-money'));
    const [first, ...others] = voices.map((voice) => this.metered(voice, communeId, profile));
    if (first === undefined) throw new Failure('unavailable', 'speech.voice-unknown', 'there is no voice');
    return new Voices([first, ...others], preferredKey);
  }

  /** @param key what a person chose; undefined where there is no such voice (any more) */
  voice(key: string): Voice | undefined {
    const name = key.slice(key.indexOf(':') + 1);
    const model = this.modelOf(key);
    // A model that was changed in place is another voice.
    const at = model === undefined ? key : `${key}/${model.hash}`;
    const known = this.made.get(at);
    if (known !== undefined) return known;
    const voice = this.make(key, name, model);
    if (voice !== undefined) this.made.set(at, voice);
    return voice;
  }

  async offered(): Promise<Offered> {
    const local = [
      ...ESPEAK_VOICES.map((name) => `espeak:${name}`),
      ...this.models.flatMap((model) => (isFault(model) ? [] : keysOf(model))),
    ];
    const { voices: google, fault } = await this.googleVoices();
    const keys = [...google.map(({ name }) => `google:${name}`), ...local];
    return {
      voices: keys.flatMap((key) => this.voice(key)?.describe() ?? []),
      models: this.models.filter(isFault),
      googleFault: fault,
    };
  }

  /** The key in force for each class, and what was chosen (undefined: nobody chose). */
  async choices(
    communeId: string,
  ): Promise<{ readonly chosen: Choices; readonly inForce: Record<VoiceClass, string> }> {
    const chosen = await this.choicesOf(communeId);
    return {
      chosen,
      inForce: { routine: this.keyFor(chosen, 'routine'), emergency: this.keyFor(chosen, 'emergency') },
    };
  }

  /** @throws Failure `invalid`, `speech.voice-unknown` */
  async choose(by: Person, profile: VoiceClass, key: string | null): Promise<void> {
    const { communeId } = by;
    if (key !== null && this.voice(key) === undefined) {
      throw new Failure('invalid', 'speech.voice-unknown', `there is no voice ${key}`, {
        fields: [{ path: profile, code: 'speech.voice-unknown', message: `there is no voice ${key}` }],
      });
    }
    await this.database.inCommune(communeId, async (em) => {
      await this.store.choose(em, communeId, profile, key, this.clock.date());
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'speech.voice-chosen',
        subjectType: 'commune',
        subjectId: communeId,
        facts: { profile, voice: key },
      });
    });
    this.chosen.delete(communeId);
    this.events.tell('voices.changed', { communeId });
  }

  get budget(): Budget {
    return this.settings.budget;
  }

  get directory(): string {
    return this.settings.voicesDirectory;
  }

  /** Whether a service is set up that counts characters. */
  get hasPaid(): boolean {
    return this.settings.google !== null;
  }

  usage(communeId: string): Promise<Usage> {
    return this.store.usage(communeId, 'google-cloud', this.today());
  }

  /** A sentence to hear a voice by, counted like any other. */
  sampled(communeId: string, key: string): Voice {
    const voice = this.voice(key);
    if (voice === undefined) throw new Failure('missing', 'speech.voice-unknown', `there is no voice ${key}`);
    return this.metered(voice, communeId, 'routine');
  }

  async close(): Promise<void> {
    await Promise.all([...this.made.values()].map((voice) => voice.close()));
    await this.settings.google?.close();
  }

  private make(key: string, name: string, model: SherpaModel | undefined): Voice | undefined {
    const { google } = this.settings;
    if (key.startsWith('espeak:') && ESPEAK_VOICES.some((voice) => voice === name))
      return new EspeakVoice({ voice: name });
    if (key.startsWith('google:') && google !== null && /^vi-VN-[\w-]{1,60}$/.test(name)) {
      const gender = this.listing?.voices.find((listed) => listed.name === name)?.gender ?? null;
      return new GoogleVoice({ voiceName: name, gender }, google);
    }
    if (model === undefined) return undefined;
    const speaker = keysOf(model).indexOf(key);
    return new SherpaVoice({ model, speaker });
  }

  private modelOf(key: string): SherpaModel | undefined {
    return this.models.find((model): model is SherpaModel => !isFault(model) && keysOf(model).includes(key));
  }

  private firstModelKey(): string | undefined {
    const model = this.models.find((each) => !isFault(each));
    return model === undefined ? undefined : sherpaKey(model.name, 0);
  }

  private get embeddedKey(): string {
    return `espeak:${this.settings.espeakVoice}`;
  }

  private keyFor(choices: Choices, profile: VoiceClass): string {
    const { voice, emergencyVoice } = this.settings;
    const routine = choices.routine ?? this.keyOfSetting(voice);
    if (profile === 'routine') return routine;
    return choices.emergency ?? (emergencyVoice === '' ? routine : this.keyOfSetting(emergencyVoice));
  }

  private keyOfSetting(setting: string): string {
    const { google, googleVoice } = this.settings;
    switch (setting) {
      case 'espeak':
        return this.embeddedKey;
      case 'google':
        return `google:${googleVoice}`;
      case 'sherpa':
        return this.firstModelKey() ?? 'sherpa:';
      case 'auto':
        return google === null ? (this.firstModelKey() ?? this.embeddedKey) : `google:${googleVoice}`;
      default:
        return setting;
    }
  }

  /** Up to 10 s old; with the database down as last seen, or as the settings say. */
  private async choicesOf(communeId: string): Promise<Choices> {
    const seen = this.chosen.get(communeId);
    const now = this.clock.now();
    if (seen !== undefined && now - seen.at < CHOSEN_FOR_MS) return seen.choices;
    const choices = await orLastKnown(this.store.choices(communeId), PATIENCE_MS, seen?.choices ?? {});
    this.chosen.set(communeId, { choices, at: now });
    return choices;
  }

  /** Whether nothing more may be sent to a paid voice today. With the database down nothing is recorded anyway. */
  private async isSpent(communeId: string): Promise<boolean> {
    if (!this.hasPaid) return false;
    const usage = await orLastKnown(this.usage(communeId), PATIENCE_MS, { today: 0, month: 0 });
    return budgetState(usage, this.settings.budget) === 'spent';
  }

  /** What Google offers, up to an hour old; an older list where Google does not answer. */
  private async googleVoices(): Promise<{ voices: readonly GoogleVoiceListing[]; fault: string | null }> {
    const { google } = this.settings;
    if (google === null) return { voices: [], fault: null };
    const now = this.clock.now();
    if (this.listing !== undefined && now - this.listing.at < LISTED_FOR_MS)
      return { voices: this.listing.voices, fault: null };
    try {
      this.listing = { voices: await google.listVoices(), at: now };
      for (const key of this.made.keys()) if (key.startsWith('google:')) this.made.delete(key);
      return { voices: this.listing.voices, fault: null };
    } catch (error) {
      this.log.warn(`Google's voices could not be listed: ${messageOf(error)}`);
      return { voices: this.listing?.voices ?? [], fault: codeOf(error) };
    }
  }

  private metered(voice: Voice, communeId: string, profile: VoiceClass): Voice {
    const { engine, limits } = voice.describe();
    if (!limits.includes('costs-money')) return voice;
    // A few hundred characters more than planned are cheaper than an emergency in the poorer voice.
    const budget = profile === 'emergency' ? null : this.settings.budget;
    return new MeteredVoice(voice, async (characters) => {
      const usage = await this.store.spend(communeId, engine, this.today(), characters, budget);
      this.warnOnce(communeId, usage);
    });
  }

  private warnOnce(communeId: string, usage: Usage): void {
    const state = budgetState(usage, this.settings.budget);
    const seen = `${communeId}/${this.today()}/${state}`;
    if (state === 'free' || this.warned.has(seen)) return;
    this.warned.add(seen);
    this.log.warn(`Commune ${communeId} has sent ${usage.month} characters to Google this month: ${state}`);
  }

  private today(): string {
    return localDate(this.clock.now(), this.settings.timeZone);
  }
}

function keysOf({ name, speakers }: SherpaModel): string[] {
  return Array.from({ length: Math.min(speakers, SPEAKERS_OFFERED) }, (_, speaker) =>
    sherpaKey(name, speaker),
  );
}

function withoutEngine(model: SherpaModel | ModelFault): ModelFault {
  return { name: model.name, code: 'speech.model-engine-missing', about: 'sherpa-onnx-node' };
}
