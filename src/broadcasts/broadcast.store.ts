import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AudioRef } from '../../devices/protocol/messages.ts';
import { Failure } from '../base/failure.ts';
import { Broadcast } from './broadcast.ts';

/** A broadcast with the recording that it plays. */
export interface BroadcastWithSound {
  readonly broadcast: Broadcast;
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
    const rows = await em.query<
      { id: string; sha256: string; bytes: number; seconds: number; mp3: string }[]
    >(
      `SELECT b.id, r.opus_sha256 AS sha256, r.opus_bytes AS bytes, r.seconds, r.mp3_sha256 AS mp3
       FROM broadcasts b JOIN recordings r ON r.commune_id = b.commune_id AND r.id = b.recording_id
       WHERE b.commune_id = $1 AND ${where} ORDER BY b.id DESC LIMIT 5000`,
      [communeId, ...parameters],
    );
    if (rows.length === 0) return [];
    const found = await em
      .createQueryBuilder(Broadcast, 'b')
      .where('b.communeId = :communeId AND b.id = ANY(:ids)', { communeId, ids: rows.map(({ id }) => id) })
      .getMany();
    const byId = new Map(found.map((broadcast) => [broadcast.id, broadcast]));
    return rows.flatMap(({ id, sha256, bytes, seconds, mp3 }) => {
      const broadcast = byId.get(id);
      return broadcast === undefined
        ? []
        : [{ broadcast, audio: { sha256, bytes, seconds }, mp3Sha256: mp3 }];
    });
  }
}
