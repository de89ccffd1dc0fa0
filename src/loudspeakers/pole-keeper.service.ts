import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { leastEmergencyPercent } from '../../devices/protocol/volume.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { Places } from '../boxes/places.ts';
import type { PlaceKeeper } from '../boxes/places.ts';
import { Database } from '../platform/database/database.ts';
import { VillageService } from '../villages/village.service.ts';
import { villageRequest } from '../villages/village.request.ts';
import { Loudspeaker } from './loudspeaker.ts';
import { changeLoudspeakerRequest, loudspeakerRequest } from './loudspeaker.request.ts';
import { LoudspeakerStore } from './loudspeaker.store.ts';

const { volumeHours, emergencyFloor, sim } = changeLoudspeakerRequest.shape;

/**
 * A pole as its box remembers it: everything of it but ids. A box of before desks says no `kind`, and is a pole; one of
 * before these were remembered says nothing of hours, floor and SIM.
 */
const remembered = loudspeakerRequest.omit({ villageId: true }).extend({
  number: z.int().positive(),
  village: villageRequest.pick({ word: true, name: true }),
  volumeHours: volumeHours.unwrap().default([]),
  emergencyFloor: emergencyFloor.unwrap().default(leastEmergencyPercent),
  settingsVersion: z.int().min(0).default(0),
  settingsAt: z.iso.datetime().nullable().default(null),
  sim: sim.unwrap().default(null),
});

/** Tells each box where it stands, and puts the pole up again when a box comes back to a service that knows of none. */
@Injectable()
export class PoleKeeper implements PlaceKeeper, OnModuleInit {
  constructor(
    private readonly places: Places,
    private readonly database: Database,
    private readonly store: LoudspeakerStore,
    private readonly villages: VillageService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.places.keep('loudspeaker', this);
    this.events.on('loudspeakers.changed', ({ communeId, loudspeakerIds, isSaid }) =>
      this.places.onChanged(communeId, loudspeakerIds, isSaid),
    );
    this.events.on('villages.changed', async ({ communeId }) => {
      const poles = await this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
      this.places.onChanged(
        communeId,
        poles.map(({ id }) => id),
      );
    });
  }

  async describe(em: EntityManager, communeId: string, assetId: string): Promise<Record<string, unknown>> {
    const pole = await this.store.one(em, communeId, assetId);
    const { number, kind, name, place, latitude, longitude, horns, volume, offsetMs } = pole;
    const { volumeHours, emergencyFloor, settingsVersion, settingsAt, sim } = pole;
    const { word, name: villageName } = await this.villages.one(em, communeId, pole.villageId);
    return {
      ...{ number, kind, name, place, latitude, longitude, horns, volume, offsetMs },
      ...{ volumeHours, emergencyFloor, settingsVersion, settingsAt: settingsAt?.toISOString() ?? null, sim },
      village: { word, name: villageName },
    };
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
    const { number: painted, village, settingsAt, ...request } = read.data;
    const villageId = await this.villages.findOrAdd(em, communeId, village);
    // Somebody put another pole up under this number before this one came back.
    const next = await this.store.nextNumber(em, communeId);
    const number = (await this.store.isFree(em, communeId, painted)) ? painted : next;
    const at = { communeId, id: assetId, number, now: this.clock.date() };
    const { volumeHours, emergencyFloor, settingsVersion, sim, ...asPut } = request;
    const pole = Loudspeaker.put(at, { ...asPut, villageId });
    Object.assign(pole, { volumeHours, emergencyFloor, settingsVersion, sim });
    pole.settingsAt = settingsAt === null ? null : new Date(settingsAt);
    await this.store.add(em, pole);
  }

  restored(communeId: string, assetId: string): void {
    this.events.tell('villages.changed', { communeId });
    this.events.tell('loudspeakers.changed', { communeId, loudspeakerIds: [assetId] });
  }
}
