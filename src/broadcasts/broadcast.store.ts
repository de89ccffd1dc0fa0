import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AudioRef } from '../../devices/protocol/pole-messages.ts';
import { Failure } from '../base/failure.ts';
import { Broadcast } from './broadcast.ts';

/** A broadcast with the recordings that it plays, Vietnamese first. */
export interface BroadcastWithSound {
  readonly broadcast: Broadcast;
  readonly versions: readonly VersionFile[];
}

export interface VersionFile {
  readonly language: string;
  readonly audio: AudioRef;
  readonly mp3Sha256: string;
}

@Injectable()
export class BroadcastStore {
  async add(em: EntityManager, broadcast: Broadcast): Promise<void> {
    await em.insert(Broadcast, broadcast);
  }

  async change(
    em: EntityManager,
    communeId: string,
    id: string,
    work: (it: Broadcast) => void,
  ): Promise<Broadcast> {
    const found = await em.findOne(Broadcast, {
      where: { communeId, id },
      lock: { mode: 'pessimistic_write' },
    });
    if (found === null) throw new Failure('missing', 'broadcasts.missing', 'No such broadcast');
    work(found);
    await em.save(found);
    return found;
  }

  async one(em: EntityManager, communeId: string, id: string): Promise<BroadcastWithSound> {
    const [found] = await this.withSound(em, communeId, 'b.id = $2', [id]);
    if (found === undefined) throw new Failure('missing', 'broadcasts.missing', 'No such broadcast');
    return found;
  }

  /** Not cancelled, and with an end that has not passed (local date). */
  async active(em: EntityManager, communeId: string, localDate: string): Promise<BroadcastWithSound[]> {
    return this.withSound(
      em,
      communeId,
      `b.cancelled_at IS NULL AND coalesce(b.schedule->>'untilDate', b.schedule->>'date') >= $2`,
      [localDate],
    );
  }

  /** The newest first, at most 200. */
  async newest(em: EntityManager, communeId: string): Promise<BroadcastWithSound[]> {
    return this.withSound(em, communeId, 'true', []);
  }

  private async withSound(
    em: EntityManager,
    communeId: string,
    where: string,
    parameters: unknown[],
  ): Promise<BroadcastWithSound[]> {
    const rows = await em.query<{ id: string; versions: VersionFile[] }[]>(
      `SELECT b.id, jsonb_agg(jsonb_build_object(
                'language', v.recorded->>'language',
                'audio', jsonb_build_object('sha256', r.opus_sha256, 'bytes', r.opus_bytes, 'seconds', r.seconds),
                'mp3Sha256', r.mp3_sha256) ORDER BY v.place) AS versions
       FROM broadcasts b
       CROSS JOIN jsonb_array_elements(b.versions) WITH ORDINALITY AS v(recorded, place)
       JOIN recordings r ON r.commune_id = b.commune_id AND r.id = (v.recorded->>'recordingId')::uuid
       WHERE b.commune_id = $1 AND ${where} GROUP BY b.id ORDER BY b.id DESC LIMIT 5000`,
      [communeId, ...parameters],
    );
    if (rows.length === 0) return [];
    const found = await em
      .createQueryBuilder(Broadcast, 'b')
      .where('b.communeId = :communeId AND b.id = ANY(:ids)', { communeId, ids: rows.map(({ id }) => id) })
      .getMany();
    const byId = new Map(found.map((broadcast) => [broadcast.id, broadcast]));
    return rows.flatMap(({ id, versions }) => {
      const broadcast = byId.get(id);
      return broadcast === undefined ? [] : [{ broadcast, versions }];
    });
  }
}
