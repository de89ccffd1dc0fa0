import { tunesAtFirst, type TuneOf, type TunesChosen } from '../speech/tunes.ts';
import type { AfterCut } from '../../devices/protocol/pole-messages.ts';
import type { CommuneRequest } from './account.request.ts';

/** Cut at once, wait for its end, or wait so long and then cut. */
export const priorityStarts = ['cut', 'next', 'wait'] as const;
export type PriorityStart = (typeof priorityStarts)[number];

export interface CommuneSettings {
  /** Local wall times HH:MM. */
  quietFrom: string;
  quietUntil: string;
  onePerson: boolean;
  /** What opens an announcement, a drill, an emergency. */
  routineTune: TuneOf<'routine'>;
  drillTune: TuneOf<'drill'>;
  emergencyTune: TuneOf<'emergency'>;
  /** What a priority item does when something regular sounds at its time. */
  priorityStart: PriorityStart;
  priorityWaitSeconds: number;
  /** What becomes of an item that a higher class has cut. */
  regularAfterCut: AfterCut;
  priorityAfterCut: AfterCut;
  /** How long after its planned end what was cut may still go on. */
  resumeMinutes: number;
  /** How numbers are said: nghìn and linh, or ngàn and lẻ. */
  readingProfile: 'north' | 'south';
  /** IANA. */
  timeZone: string;
}

/** QCVN 26:2010 counts 21 h to 6 h as night; stations begin before 5 in places, so the commune may say otherwise. */
export const settingsAtFirst: Omit<CommuneSettings, 'timeZone'> = {
  quietFrom: '21:00',
  quietUntil: '05:00',
  onePerson: false,
  routineTune: tunesAtFirst.routine,
  drillTune: tunesAtFirst.drill,
  emergencyTune: tunesAtFirst.emergency,
  priorityStart: 'cut',
  priorityWaitSeconds: 60,
  regularAfterCut: 'drop',
  priorityAfterCut: 'resume',
  resumeMinutes: 10,
  readingProfile: 'north',
};

/** By class, as the room of speech wants them. */
export function tunesChosenIn(
  settings: Pick<CommuneSettings, 'routineTune' | 'drillTune' | 'emergencyTune'>,
): TunesChosen {
  const { routineTune, drillTune, emergencyTune } = settings;
  return { routine: routineTune, drill: drillTune, emergency: emergencyTune };
}

/** The commune (xã, phường, đặc khu). Its identity outlives its name. */
export class Commune {
  readonly id!: string;
  name!: string;
  province!: string;
  settings!: CommuneSettings;
  readonly rootPublicKey!: string;
  readonly createdAt!: Date;

  static found(from: Omit<Commune, 'change'>): Commune {
    return Object.assign(new Commune(), from, { name: from.name.normalize('NFC') });
  }

  /** @returns the names of what is different now */
  change(to: CommuneRequest): string[] {
    const before = { ...this.settings, name: this.name, province: this.province };
    const { name, province, ...settings } = to;
    if (name !== undefined) this.name = name.normalize('NFC');
    if (province !== undefined) this.province = province.normalize('NFC');
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    this.settings = { ...this.settings, ...given };
    const after = { ...this.settings, name: this.name, province: this.province };
    return Object.keys(after).filter(
      (key) => after[key as keyof typeof after] !== before[key as keyof typeof before],
    );
  }
}
