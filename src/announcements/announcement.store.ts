import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '../base/failure.ts';
import { Announcement } from './announcement.ts';
import type { AnnouncementState } from './announcement.ts';
import type { VersionSound } from './version.ts';

export interface Listed {
  readonly state?: AnnouncementState | undefined;
  readonly words?: string | undefined;
  /** The last line's `updatedAt|id` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Only what concerns these or the whole commune; null: everything. */
  readonly villageIds: readonly string[] | null;
}

@Injectable()
export class AnnouncementStore {
  async add(em: EntityManager, announcement: Announcement): Promise<void> {
    await em.insert(Announcement, announcement);
  }

  async one(em: EntityManager, communeId: string, id: string): Promise<Announcement> {
    const found = await em.findOneBy(Announcement, { communeId, id });
    if (found === null) throw new Failure('missing', 'announcements.missing', 'No such announcement');
    return found;
  }

  async byShortCode(em: EntityManager, communeId: string, shortCode: string): Promise<Announcement> {
    const found = await em.findOneBy(Announcement, { communeId, shortCode });
    if (found === null) throw new Failure('missing', 'announcements.missing', 'No such announcement');
    return found;
  }

  async change(
    em: EntityManager,
    communeId: string,
    id: string,
    work: (announcement: Announcement) => void,
  ): Promise<Announcement> {
    const found = await em.findOne(Announcement, {
      where: { communeId, id },
      lock: { mode: 'pessimistic_write' },
    });
    if (found === null) throw new Failure('missing', 'announcements.missing', 'No such announcement');
    work(found);
    await em.save(found);
    return found;
  }

  /** The last changed first; keyset. */
  async list(
    em: EntityManager,
    communeId: string,
    { state, words, after, limit, villageIds }: Listed,
  ): Promise<Announcement[]> {
    const query = em.createQueryBuilder(Announcement, 'a').where('a.communeId = :communeId', { communeId });
    if (villageIds !== null)
      query.andWhere(`(a.villageIds = '{}' OR a.villageIds && :villageIds::uuid[])`, { villageIds });
    if (state !== undefined) query.andWhere('a.state = :state', { state });
    if (words !== undefined && words !== '') {
      query.andWhere('(a.title ILIKE :words OR a.text ILIKE :words OR a.summary ILIKE :words)', {
        words: `%${words.normalize('NFC').replace(/[\\%_]/g, '\\$&')}%`,
      });
    }
    if (after !== undefined) {
      const [at = '', id = ''] = after.split('|');
      if (Number.isNaN(Date.parse(at)) || !/^[0-9a-f-]{36}$/.test(id)) {
        throw new Failure('invalid', 'announcements.bad-page', 'Not the end of a page', {
          fields: [
            { path: 'after', code: 'announcements.bad-page', message: 'updatedAt|id of the last line' },
          ],
        });
      }
      query.andWhere('(a.updatedAt, a.id) < (:at, :id)', { at: new Date(at), id });
    }
    return query.orderBy('a.updatedAt', 'DESC').addOrderBy('a.id', 'DESC').limit(limit).getMany();
  }

  /** Those not withdrawn whose text holds one of the forms in any case, the last changed first. */
  async holding(
    em: EntityManager,
    communeId: string,
    {
      forms,
      villageIds,
      limit,
    }: { forms: readonly string[]; villageIds: readonly string[] | null; limit: number },
  ): Promise<Announcement[]> {
    const query = em
      .createQueryBuilder(Announcement, 'a')
      .where(`a.communeId = :communeId AND a.state <> 'withdrawn'`, { communeId })
      .andWhere('a.text ILIKE ANY (:forms::text[])', {
        forms: forms.map((form) => `%${form.replace(/[\\%_]/g, '\\$&')}%`),
      });
    if (villageIds !== null)
      query.andWhere(`(a.villageIds = '{}' OR a.villageIds && :villageIds::uuid[])`, { villageIds });
    return query.orderBy('a.updatedAt', 'DESC').addOrderBy('a.id', 'DESC').limit(limit).getMany();
  }

  /** Asked for and neither made nor failed: to be begun again after a restart. */
  async rendering(em: EntityManager, communeId: string): Promise<Announcement[]> {
    return em
      .createQueryBuilder(Announcement, 'a')
      .where('a.communeId = :communeId AND a.renderingRevision = a.revision AND a.renderingFault IS NULL', {
        communeId,
      })
      .getMany();
  }

  /** Those that nobody put forward yet, whose recording another voice than the chosen one spoke. */
  async inFallbackVoice(em: EntityManager, communeId: string, limit: number): Promise<Announcement[]> {
    return em
      .createQueryBuilder(Announcement, 'a')
      .where(`a.communeId = :communeId AND a.state IN ('draft', 'sent-back')`, { communeId })
      .andWhere(
        'a.recordingRevision = a.revision AND (a.renderingRevision IS NULL OR a.renderingFault IS NOT NULL)',
      )
      .andWhere(
        `EXISTS (SELECT 1 FROM recordings r
                 WHERE r.commune_id = a.commune_id AND r.id = a.recording_id AND r.is_fallback)`,
      )
      .orderBy('a.updatedAt', 'DESC')
      .limit(limit)
      .getMany();
  }

  /** Announcement → the recordings that stand approved. */
  async approvedSounds(em: EntityManager, communeId: string): Promise<Map<string, VersionSound[]>> {
    const found = await em
      .createQueryBuilder(Announcement, 'a')
      .select(['a.communeId', 'a.id', 'a.revision', 'a.spoken', 'a.versions'])
      .addSelect(['a.recordingId', 'a.recordingRevision'])
      .where(`a.communeId = :communeId AND a.state = 'approved'`, { communeId })
      .getMany();
    return new Map(found.map((announcement) => [announcement.id, announcement.sounds]));
  }

  async prepared(em: EntityManager, communeId: string): Promise<Announcement[]> {
    return em.find(Announcement, {
      where: { communeId, state: 'approved', prepared: true },
      order: { updatedAt: 'DESC' },
      take: 200,
    });
  }
}
