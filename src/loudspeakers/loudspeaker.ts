import { leastEmergencyPercent } from '../../devices/protocol/volume.ts';
import { Failure } from '../base/failure.ts';
import type {
  ChangeLoudspeakerRequest,
  LoudspeakerRequest,
  PoleKind,
  SettingsChoice,
} from './loudspeaker.request.ts';
import { desiredOf, refuseOverlaps } from './pole-settings.ts';
import type { KeptSettings, Volume, VolumeHours } from './pole-settings.ts';
import type { Sim } from './sim.ts';

/**
 * A loudspeaker cluster (*cụm loa*): the pole and its horns. It is the asset; the box that stands there today can be
 * replaced, and the schedule and the history stay with the pole.
 */
export class Loudspeaker {
  communeId!: string;
  id!: string;
  /** Painted on the pole: people call it by this. */
  number!: number;
  name!: string;
  villageId!: string;
  place!: string;
  latitude!: number | null;
  longitude!: number | null;
  kind!: PoleKind;
  /** Of a desk nobody knows how many. */
  horns!: number;
  volume!: Volume;
  /** Later than its neighbours on purpose, against echo. */
  offsetMs!: number;
  /** Hours of the day at which other volumes hold; they do not overlap. */
  volumeHours!: VolumeHours[];
  /** No emergency is quieter than this (%). */
  emergencyFloor!: number;
  /** Another one at each change of a volume, so that the pole can say which it follows; 0: as it was put up. */
  settingsVersion!: number;
  settingsAt!: Date | null;
  sim!: Sim | null;
  retiredAt!: Date | null;
  createdAt!: Date;

  static put(
    at: { communeId: string; id: string; number: number; now: Date },
    request: LoudspeakerRequest,
  ): Loudspeaker {
    return Object.assign(new Loudspeaker(), request, {
      communeId: at.communeId,
      id: at.id,
      number: at.number,
      createdAt: at.now,
      ...{ retiredAt: null, volumeHours: [], settingsVersion: 0, settingsAt: null, sim: null },
      emergencyFloor: leastEmergencyPercent,
    });
  }

  /** @param followed the version of the settings that the pole says it follows: newer than ours after a restored backup */
  change(request: ChangeLoudspeakerRequest, at: Date, followed = 0): void {
    this.refuseIfRetired();
    if (request.volumeHours !== undefined) refuseOverlaps(request.volumeHours);
    const loudBefore = this.howLoud();
    for (const [field, value] of Object.entries(request))
      if (value !== undefined) Object.assign(this, { [field]: value });
    const { volume, volumeHours, emergencyFloor } = request;
    const isSet = volume !== undefined || volumeHours !== undefined || emergencyFloor !== undefined;
    const isAsked = isSet && followed > this.settingsVersion;
    if (this.howLoud() === loudBefore && !isAsked) return;
    this.settingsVersion = Math.max(this.settingsVersion, isAsked ? followed : 0) + 1;
    this.settingsAt = at;
  }

  /**
   * The pole follows newer settings than these books, which are a backup's, and a person says which are to count.
   * @throws Failure `loudspeakers.not-ahead`: it does not, or has not said what it follows
   */
  settle(count: SettingsChoice, told: { version: number; kept: KeptSettings | null } | null, at: Date): void {
    this.refuseIfRetired();
    if (told === null || told.version <= this.settingsVersion || (count === 'pole' && told.kept === null)) {
      throw new Failure(
        'conflict',
        'loudspeakers.not-ahead',
        'The pole follows nothing newer than the books',
      );
    }
    if (count === 'pole' && told.kept !== null) Object.assign(this, desiredOf(told.kept));
    this.settingsVersion = count === 'pole' ? told.version : told.version + 1;
    this.settingsAt = at;
  }

  retire(at: Date): void {
    this.refuseIfRetired();
    this.retiredAt = at;
  }

  private howLoud(): string {
    const { volume, volumeHours, emergencyFloor } = this;
    const { regular, priority, emergency } = volume;
    const hours = volumeHours.map(({ from, until, volume: then }) => [
      ...[from, until, then.regular, then.priority, then.emergency],
    ]);
    return JSON.stringify([regular, priority, emergency, emergencyFloor, hours]);
  }

  private refuseIfRetired(): void {
    if (this.retiredAt !== null) {
      throw new Failure('conflict', 'loudspeakers.retired', 'This loudspeaker was taken down');
    }
  }
}
