import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { Village } from './village.ts';
import type { ChangeVillageRequest, VillageRequest } from './village.request.ts';
import { VillageStore } from './village.store.ts';
import type { VillageView } from './village.view.ts';

declare module '../base/events.ts' {
  interface News {
    /** A village was added, renamed, or hears other languages: programmes are compiled anew. */
    'villages.changed': { communeId: string };
  }
}

@Injectable()
export class VillageService {
  constructor(
    private readonly database: Database,
    private readonly store: VillageStore,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** In the order that the commune gave them. */
  async all(communeId: string): Promise<VillageView[]> {
    const villages = await this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
    return villages.map(viewOf);
  }

  /** @throws Failure `villages.missing` */
  async one(em: EntityManager, communeId: string, id: string): Promise<VillageView> {
    return viewOf(await this.store.one(em, communeId, id));
  }

  /** `thôn Tân Tiến`, by id. */
  async names(communeId: string): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.all(communeId)).map(({ id, word, name }) => [id, `${word} ${name}`]));
  }

  /** Village → the languages that it hears, in its order. */
  async languageOrders(communeId: string): Promise<ReadonlyMap<string, readonly string[]>> {
    return new Map((await this.all(communeId)).map(({ id, languages }) => [id, languages]));
  }

  /** @throws Failure `villages.unknown` naming the field, where one is not of this commune or was retired */
  async refuseUnknown(communeId: string, ids: readonly string[], path: string): Promise<void> {
    if (ids.length === 0) return;
    const known = await this.names(communeId);
    if (ids.every((id) => known.has(id))) return;
    const message = 'No such village';
    throw new Failure('invalid', 'villages.unknown', message, {
      fields: [{ path, code: 'villages.unknown', message }],
    });
  }

  async add(by: Person, request: VillageRequest): Promise<VillageView> {
    const added = await this.database.inCommune(by.communeId, async (em) => {
      await this.store.lockNames(em, by.communeId);
      const others = await this.store.all(em, by.communeId);
      const position = request.position ?? others.length;
      const village = Village.found({ communeId: by.communeId, id: newId(), position }, request);
      village.refuseTakenName(others);
      await this.store.add(em, village);
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action: 'villages.added',
        subjectType: 'village',
        subjectId: village.id,
        facts: { word: village.word, name: village.name, languages: village.languages },
      });
      return viewOf(village);
    });
    this.events.tell('villages.changed', { communeId: by.communeId });
    return added;
  }

  /** The village of that name, made where there is none: a lost server's poles tell where they stand. */
  async findOrAdd(
    em: EntityManager,
    communeId: string,
    named: { word: string; name: string },
  ): Promise<string> {
    await this.store.lockNames(em, communeId);
    const others = await this.store.all(em, communeId);
    const village = Village.found({ communeId, id: newId(), position: others.length }, named);
    const same = others.find((other) => other.soundsLike(village));
    if (same !== undefined) return same.id;
    await this.store.add(em, village);
    await this.journal.write(em, communeId, {
      actorId: null,
      action: 'villages.added',
      subjectType: 'village',
      subjectId: village.id,
      facts: { word: village.word, name: village.name, languages: village.languages },
    });
    return village.id;
  }

  async change(by: Person, id: string, request: ChangeVillageRequest): Promise<VillageView> {
    const changed = await this.database.inCommune(by.communeId, async (em) => {
      await this.store.lockNames(em, by.communeId);
      const others = await this.store.all(em, by.communeId);
      const village = await this.store.change(em, by.communeId, id, (found) => {
        found.change(request);
        found.refuseTakenName(others);
      });
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action: 'villages.changed',
        subjectType: 'village',
        subjectId: id,
        facts: {
          word: village.word,
          name: village.name,
          position: village.position,
          languages: village.languages,
        },
      });
      return viewOf(village);
    });
    this.events.tell('villages.changed', { communeId: by.communeId });
    return changed;
  }

  /** Takes a village out of use; what happened there stays. @throws Failure `villages.in-use`, `villages.missing` */
  async retire(by: Person, id: string): Promise<void> {
    await this.database.inCommune(by.communeId, async (em) => {
      const village = await this.store.change(em, by.communeId, id, (found) =>
        found.retire(this.clock.date()),
      );
      const dependants = await this.store.dependants(em, by.communeId, id);
      if (Object.values(dependants).some((count) => count > 0))
        throw new Failure('conflict', 'villages.in-use', 'Poles, cameras or a village head belong to it', {
          details: { ...dependants },
        });
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action: 'villages.retired',
        subjectType: 'village',
        subjectId: id,
        facts: { word: village.word, name: village.name },
      });
    });
  }
}

function viewOf({ id, word, name, position, languages }: Village): VillageView {
  return { id, word, name, position, languages };
}
