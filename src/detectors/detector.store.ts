import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IsNull } from 'typeorm';
import { Failure } from '../base/failure.ts';
import { Detector } from './detector.ts';

@Injectable()
export class DetectorStore {
  /** By name; those that were revoked last. */
  async all(em: EntityManager, communeId: string): Promise<Detector[]> {
    const found = await em.find(Detector, { where: { communeId }, order: { name: 'ASC', id: 'ASC' } });
    return [
      ...found.filter((one) => one.revokedAt === null),
      ...found.filter((one) => one.revokedAt !== null),
    ];
  }

  async standing(em: EntityManager, communeId: string): Promise<Detector[]> {
    return em.find(Detector, { where: { communeId, revokedAt: IsNull() }, order: { id: 'ASC' } });
  }

  async find(em: EntityManager, communeId: string, id: string): Promise<Detector | null> {
    return em.findOneBy(Detector, { communeId, id, revokedAt: IsNull() });
  }

  async byKey(em: EntityManager, communeId: string, keyHash: string): Promise<Detector | null> {
    return em.findOneBy(Detector, { communeId, keyHash, revokedAt: IsNull() });
  }

  async add(em: EntityManager, detector: Detector): Promise<void> {
    await em.insert(Detector, detector);
  }

  async change(
    em: EntityManager,
    communeId: string,
    id: string,
    work: (detector: Detector) => void,
  ): Promise<Detector> {
    const detector = await em.findOne(Detector, {
      where: { communeId, id },
      lock: { mode: 'pessimistic_write' },
    });
    if (detector === null) throw new Failure('missing', 'detectors.missing', 'No such detector');
    work(detector);
    await em.save(detector);
    return detector;
  }

  async heard(em: EntityManager, communeId: string, id: string, at: Date): Promise<void> {
    await em.query(
      `UPDATE detectors SET heard_at = greatest(heard_at, $3) WHERE commune_id = $1 AND id = $2`,
      [communeId, id, at],
    );
  }

  /** The names of detectors, those that were revoked too. */
  async names(em: EntityManager, communeId: string): Promise<Map<string, string>> {
    const rows = await em.query<{ id: string; name: string }[]>(
      'SELECT id, name FROM detectors WHERE commune_id = $1',
      [communeId],
    );
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** The notice that this message became when it came first; null for a new one. */
  async noticeOf(em: EntityManager, detector: Detector, messageId: string): Promise<string | null> {
    const [row] = await em.query<{ noticeId: string }[]>(
      `SELECT notice_id AS "noticeId" FROM detector_messages
       WHERE commune_id = $1 AND detector_id = $2 AND message_id = $3`,
      [detector.communeId, detector.id, messageId],
    );
    return row?.noticeId ?? null;
  }

  async remember(em: EntityManager, detector: Detector, messageId: string, noticeId: string): Promise<void> {
    await em.query(
      `INSERT INTO detector_messages (commune_id, detector_id, message_id, notice_id) VALUES ($1, $2, $3, $4)`,
      [detector.communeId, detector.id, messageId, noticeId],
    );
  }

  /** What was received before then: an old message that came once more would be stored again. */
  async forget(em: EntityManager, communeId: string, before: Date): Promise<void> {
    await em.query('DELETE FROM detector_messages WHERE commune_id = $1 AND notice_id < uuid_floor($2)', [
      communeId,
      before,
    ]);
  }
}
