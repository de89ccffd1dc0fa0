import { Failure } from '../base/failure.ts';
import type { ChangeLoudspeakerRequest, LoudspeakerRequest } from './loudspeaker.request.ts';

export interface Volume {
  regular: number;
  priority: number;
  emergency: number;
}

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
  horns!: number;
  volume!: Volume;
  /** Later than its neighbours on purpose, against echo. */
  offsetMs!: number;
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
      retiredAt: null,
    });
  }

  change(request: ChangeLoudspeakerRequest): void {
    this.refuseIfRetired();
    for (const [field, value] of Object.entries(request))
      if (value !== undefined) Object.assign(this, { [field]: value });
  }

  retire(at: Date): void {
    this.refuseIfRetired();
    this.retiredAt = at;
  }

  private refuseIfRetired(): void {
    if (this.retiredAt !== null) {
      throw new Failure('conflict', 'loudspeakers.retired', 'This loudspeaker was taken down');
    }
  }
}
