import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { Disk } from '../platform/files/disk.service.ts';
import { checkItems, photosMaximum } from './checklist.ts';
import type { CheckRequest, PhotoRequest } from './checklist.request.ts';
import { ChecklistStore } from './checklist.store.ts';
import type { ChecklistView } from './checklist.view.ts';
import { LoudspeakerStore } from './loudspeaker.store.ts';
import { photoAnew } from './photo.process.ts';

/** What a technician found at a pole when it was put up, with photos. */
@Injectable()
export class ChecklistService {
  constructor(
    private readonly database: Database,
    private readonly store: ChecklistStore,
    private readonly loudspeakers: LoudspeakerStore,
    private readonly people: PeopleService,
    private readonly journal: JournalService,
    private readonly disk: Disk,
    private readonly clock: Clock,
  ) {}

  async of(communeId: string, poleId: string): Promise<ChecklistView> {
    const { checks, photos } = await this.database.inCommune(communeId, async (em) => {
      await this.loudspeakers.one(em, communeId, poleId);
      return {
        checks: await this.store.checks(em, communeId, poleId),
        photos: await this.store.photos(em, communeId, poleId),
      };
    });
    const whose = new Set([...checks.map(({ saidBy }) => saidBy), ...photos.map(({ takenBy }) => takenBy)]);
    const names = await this.people.names(communeId, [...whose]);
    return checkItems.map((item) => {
      const check = checks.find((each) => each.item === item);
      return {
        ...{ item, isGood: check?.isGood ?? null, note: check?.note ?? '' },
        byName: check === undefined ? '' : (names.get(check.saidBy) ?? ''),
        saidAt: check?.saidAt.toISOString() ?? null,
        photos: photos
          .filter((photo) => photo.item === item)
          .map(({ id, takenAt, takenBy, latitude, longitude }) => ({
            ...{ id, takenAt: takenAt.toISOString(), byName: names.get(takenBy) ?? '', latitude, longitude },
          })),
      };
    });
  }

  async say(by: Person, poleId: string, { item, isGood, note }: CheckRequest): Promise<ChecklistView> {
    const { communeId } = by;
    await this.database.inCommune(communeId, async (em) => {
      await this.loudspeakers.one(em, communeId, poleId);
      const row = { item, isGood, note, saidBy: by.id, saidAt: this.clock.date() };
      await this.store.say(em, communeId, poleId, row);
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'loudspeakers.checked', subjectType: 'loudspeaker', subjectId: poleId },
        ...{ facts: { item, isGood }, words: note },
      });
    });
    return this.of(communeId, poleId);
  }

  /** The same picture twice is one: whoever is not sure that it got through sends it again. */
  async addPhoto(by: Person, poleId: string, { item, picture, place }: PhotoRequest): Promise<ChecklistView> {
    const { communeId } = by;
    await this.disk.demandRoom();
    await this.database.inCommune(communeId, (em) => this.loudspeakers.one(em, communeId, poleId));
    const jpeg = await photoAnew(Buffer.from(picture, 'base64'));
    const sha256 = createHash('sha256').update(jpeg).digest('hex');
    await this.database.inCommune(communeId, async (em) => {
      const here = (await this.store.photos(em, communeId, poleId)).filter((each) => each.item === item);
      const photo = {
        ...{ id: newId(), item, sha256, jpeg, takenBy: by.id, takenAt: this.clock.date() },
        ...{ latitude: place?.latitude ?? null, longitude: place?.longitude ?? null },
      };
      if (!(await this.store.addPhoto(em, communeId, poleId, photo))) return;
      if (here.length >= photosMaximum) {
        throw new Failure(
          'conflict',
          'loudspeakers.photos-full',
          `At most ${photosMaximum} photos of one thing`,
        );
      }
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'loudspeakers.photo-added' },
        ...{ subjectType: 'loudspeaker', subjectId: poleId, facts: { item, sha256 } },
      });
    });
    return this.of(communeId, poleId);
  }

  /** @throws Failure `loudspeakers.no-photo` */
  async photo(communeId: string, id: string): Promise<Buffer> {
    const jpeg = await this.database.inCommune(communeId, (em) => this.store.photo(em, communeId, id));
    if (jpeg === null) throw noPhoto();
    return jpeg;
  }

  /** @throws Failure `loudspeakers.no-photo` */
  async removePhoto(by: Person, id: string): Promise<ChecklistView> {
    const { communeId } = by;
    const removed = await this.database.inCommune(communeId, async (em) => {
      const gone = await this.store.removePhoto(em, communeId, id);
      if (gone === null) throw noPhoto();
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'loudspeakers.photo-removed' },
        ...{ subjectType: 'loudspeaker', subjectId: gone.loudspeakerId },
        facts: { item: gone.item, sha256: gone.sha256 },
      });
      return gone;
    });
    return this.of(communeId, removed.loudspeakerId);
  }
}

function noPhoto(): Failure {
  return new Failure('missing', 'loudspeakers.no-photo', 'No such photo');
}
