import { In } from 'typeorm';
import { Failure } from '../base/failure.ts';
import type { Database } from '../platform/database/database.ts';
import { Recording } from './recording.ts';
import type { RenderProfileId } from './render-profile.ts';
import type { TuneId } from './tunes.ts';

export interface SameSound {
  readonly communeId: string;
  readonly spokenHash: string;
  readonly voiceId: string;
  readonly isFallback: boolean;
  readonly profile: RenderProfileId;
  readonly tune: TuneId;
}

/** The recordings of a commune. They are added and read, never changed. */
export class RecordingStore {
  constructor(private readonly database: Database) {}

  async add(recording: Recording): Promise<void> {
    await this.database.inCommune(recording.communeId, (em) => em.insert(Recording, recording));
  }

  /** @throws Failure `missing`, `speech.recording-missing` */
  async get(communeId: string, id: string): Promise<Recording> {
    const found = await this.database.inCommune(communeId, (em) =>
      em.findOneBy(Recording, { communeId, id }),
    );
    if (found === null) throw new Failure('missing', 'speech.recording-missing', `no recording ${id}`);
    return found;
  }

  /** Those of these that there are. */
  async byId(communeId: string, ids: readonly string[]): Promise<Map<string, Recording>> {
    if (ids.length === 0) return new Map();
    const found = await this.database.inCommune(communeId, (em) =>
      em.findBy(Recording, { communeId, id: In([...ids]) }),
    );
    return new Map(found.map((recording) => [recording.id, recording]));
  }

  /** The oldest recording of the same words by the same voice, for the same occasion. */
  async findSame(same: SameSound): Promise<Recording | undefined> {
    const found = await this.database.inCommune(same.communeId, (em) =>
      em.findOne(Recording, { where: { ...same }, order: { id: 'ASC' } }),
    );
    return found ?? undefined;
  }

  /** How long each of these sounds (seconds). */
  async seconds(communeId: string, ids: readonly string[]): Promise<Map<string, number>> {
    if (ids.length === 0) return new Map();
    const found = await this.database.inCommune(communeId, (em) =>
      em.query<{ id: string; seconds: number }[]>(
        'SELECT id, seconds FROM recordings WHERE commune_id = $1 AND id = ANY($2)',
        [communeId, ids],
      ),
    );
    return new Map(found.map(({ id, seconds }) => [id, seconds]));
  }
}
