import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IsNull } from 'typeorm';
import { Failure } from '../base/failure.ts';
import { Village } from './village.ts';

@Injectable()
export class VillageStore {
  async all(em: EntityManager, communeId: string): Promise<Village[]> {
    return em.find(Village, {
      where: { communeId, retiredAt: IsNull() },
      order: { position: 'ASC', id: 'ASC' },
    });
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
