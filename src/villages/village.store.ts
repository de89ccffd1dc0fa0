import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IsNull } from 'typeorm';
import { Failure } from '../base/failure.ts';
import { Village } from './village.ts';

export interface Dependants {
  readonly poles: number;
  readonly cameras: number;
  readonly people: number;
}

@Injectable()
export class VillageStore {
  async all(em: EntityManager, communeId: string): Promise<Village[]> {
    return em.find(Village, {
      where: { communeId, retiredAt: IsNull() },
      order: { position: 'ASC', id: 'ASC' },
    });
  }

  async one(em: EntityManager, communeId: string, id: string): Promise<Village> {
    const found = await em.findOneBy(Village, { communeId, id });
    if (found === null) throw new Failure('missing', 'villages.missing', 'No such village');
    return found;
  }

  /** Whoever names a village next waits until this transaction ends. */
  async lockNames(em: EntityManager, communeId: string): Promise<void> {
    await em.query(`SELECT pg_advisory_xact_lock(hashtextextended('villages.name:' || $1, 0))`, [communeId]);
  }

  /** What would be left without a village. Asked of tables of the rooms above, which only the database knows here. */
  async dependants(em: EntityManager, communeId: string, id: string): Promise<Dependants> {
    const [row] = await em.query<Dependants[]>(
      `SELECT (SELECT count(*)::int FROM loudspeakers
               WHERE commune_id = $1 AND village_id = $2 AND retired_at IS NULL) AS poles,
              (SELECT count(*)::int FROM camera_points
               WHERE commune_id = $1 AND village_id = $2 AND retired_at IS NULL) AS cameras,
              (SELECT count(*)::int FROM people
               WHERE commune_id = $1 AND $2 = ANY(village_ids) AND disabled_at IS NULL
                 AND 'villageHead' = ANY(roles)) AS people`,
      [communeId, id],
    );
    return row ?? { poles: 0, cameras: 0, people: 0 };
  }

  async add(em: EntityManager, village: Village): Promise<void> {
    await em.insert(Village, village);
  }

  async change(
    em: EntityManager,
    communeId: string,
    id: string,
    work: (village: Village) => void,
  ): Promise<Village> {
    const found = await em.findOne(Village, {
      where: { communeId, id },
      lock: { mode: 'pessimistic_write' },
    });
    if (found === null) throw new Failure('missing', 'villages.missing', 'No such village');
    work(found);
    await em.save(found);
    return found;
  }
}
