import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { Places } from '../boxes/places.ts';
import type { PlaceKeeper } from '../boxes/places.ts';
import { VillageService } from '../villages/village.service.ts';
import { villageRequest } from '../villages/village.request.ts';
import { Loudspeaker } from './loudspeaker.ts';
import { loudspeakerRequest } from './loudspeaker.request.ts';
import { LoudspeakerStore } from './loudspeaker.store.ts';

/** A pole as its box remembers it: everything of it but ids. A box of before desks says no `kind`, and is a pole. */
const remembered = loudspeakerRequest.omit({ villageId: true }).extend({
  number: z.int().positive(),
  village: villageRequest.pick({ word: true, name: true }),
});

/** Tells each box where it stands, and puts the pole up again when a box comes back to a service that knows of none. */
@Injectable()
export class PoleKeeper implements PlaceKeeper, OnModuleInit {
  constructor(
    private readonly places: Places,
    private readonly store: LoudspeakerStore,
    private readonly villages: VillageService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.places.keep('loudspeaker', this);
  }

  async describe(em: EntityManager, communeId: string, assetId: string): Promise<Record<string, unknown>> {
    const pole = await this.store.one(em, communeId, assetId);
    const { number, kind, name, place, latitude, longitude, horns, volume, offsetMs } = pole;
    const { word, name: villageName } = await this.villages.one(em, communeId, pole.villageId);
    const village = { word, name: villageName };
    return { number, kind, name, place, latitude, longitude, horns, volume, offsetMs, village };
  }

  async restore(
    em: EntityManager,
    communeId: string,
    assetId: string,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    if (await this.store.has(em, communeId, assetId)) return;
    const read = remembered.safeParse(facts);
    // Signed by us once, and all the same not what a pole must be today.
    if (!read.success)
      throw new Failure('forbidden', 'boxes.not-back', 'Its word of the pole cannot be read');
    const { number: painted, village, ...request } = read.data;
    const villageId = await this.villages.findOrAdd(em, communeId, village);
    // Somebody put another pole up under this number before this one came back.
    const next = await this.store.nextNumber(em, communeId);
    const number = (await this.store.isFree(em, communeId, painted)) ? painted : next;
    const at = { communeId, id: assetId, number, now: this.clock.date() };
    await this.store.add(em, Loudspeaker.put(at, { ...request, villageId }));
  }

  restored(communeId: string, assetId: string): void {
    this.events.tell('villages.changed', { communeId });
    this.events.tell('loudspeakers.changed', { communeId, loudspeakerIds: [assetId] });
  }
}
