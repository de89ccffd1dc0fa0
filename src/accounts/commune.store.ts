import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '../base/failure.ts';
import { Database } from '../platform/database/database.ts';
import { Commune } from './commune.ts';

@Injectable()
export class CommuneStore {
  constructor(private readonly database: Database) {}

  async byId(communeId: string): Promise<Commune> {
    const commune = await this.database.inCommune(communeId, (em) =>
      em.findOneBy(Commune, { id: communeId }),
    );
    if (commune === null) throw noCommune();
    return commune;
  }

  /** Loads, locks, changes and saves in one transaction; `work` journals in it. */
  async change<T>(communeId: string, work: (commune: Commune, em: EntityManager) => Promise<T>): Promise<T> {
    return await this.database.inCommune(communeId, async (em) => {
      const commune = await em.findOne(Commune, {
        where: { id: communeId },
        lock: { mode: 'pessimistic_write' },
      });
      if (commune === null) throw noCommune();
      const answer = await work(commune, em);
      await em.save(Commune, commune);
      await em.query('UPDATE loa_communes SET name = $2 WHERE id = $1', [communeId, commune.name]);
      return answer;
    });
  }

  async add(em: EntityManager, commune: Commune): Promise<void> {
    await em.insert(Commune, commune);
    await em.query('INSERT INTO loa_communes (id, name, created_at) VALUES ($1, $2, $3)', [
      commune.id,
      commune.name,
      commune.createdAt,
    ]);
  }

  /** The communes of this service. */
  async ids(): Promise<string[]> {
    const rows = await this.database.everywhere((em) =>
      em.query<{ id: string }[]>('SELECT id FROM loa_communes ORDER BY created_at, id'),
    );
    return rows.map(({ id }) => id);
  }
}

function noCommune(): Failure {
  return new Failure('missing', 'accounts.no-commune', 'There is no such commune');
}
