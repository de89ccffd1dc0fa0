import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { tunesChosenIn } from '../accounts/commune.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { ImportService } from '../speech/import.service.ts';
import { isLanguage } from '../villages/language.ts';
import type { Announcement } from './announcement.ts';
import type { NameVersionRequest, VersionSoundQuery } from './announcement.request.ts';
import { AnnouncementService, refuseBeyond } from './announcement.service.ts';

/** What people speak: a version for each language, recorded in the browser or brought as a file. */
@Injectable()
export class VersionService {
  constructor(
    private readonly announcements: AnnouncementService,
    private readonly imports: ImportService,
    private readonly communes: CommuneService,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes the bytes of a recording and makes the version of them; the one that was there is replaced.
   * @throws Failure as `ImportService.take` and `Announcement.takeVersion`
   */
  async record(
    by: Person,
    id: string,
    language: string,
    { revision, source }: VersionSoundQuery,
    sent: { body: Readable; declaredBytes: number | undefined; signal: AbortSignal },
  ): Promise<Announcement> {
    const announcement = await this.announcements.seen(by, id);
    // Refused before a megabyte is taken: who may not, and who looked at something else.
    refuseBeyond(by, announcement.villageIds);
    if (!isLanguage(language)) {
      throw new Failure('invalid', 'announcements.unknown-language', `No language ${language} is known`);
    }
    announcement.refuseStale(revision);
    const { name, settings } = await this.communes.get(by.communeId);
    const delivery = announcement.deliveryWith(tunesChosenIn(settings));
    const recording = await this.imports.take({
      communeId: by.communeId,
      communeName: name,
      delivery,
      ...sent,
    });
    return this.announcements.changeVersions(by, id, (found) => {
      const isNew = !found.versions.some((one) => one.language === language);
      found.takeVersion(
        revision,
        {
          language,
          recordingId: recording.id,
          soundClass: delivery.profile.soundClass,
          source,
          by: by.id,
        },
        this.clock.date(),
      );
      return {
        action: isNew ? 'announcements.version-recorded' : 'announcements.version-replaced',
        facts: { language, source, recordingId: recording.id, sourceSha256: recording.sourceSha256 },
      };
    });
  }

  async name(
    by: Person,
    id: string,
    language: string,
    { revision, title, summary }: NameVersionRequest,
  ): Promise<Announcement> {
    return this.announcements.changeVersions(by, id, (found) => {
      const named = { title: title.normalize('NFC'), summary: summary.normalize('NFC') };
      found.nameVersion(revision, language, named, this.clock.date());
      return { action: 'announcements.version-named', facts: { language } };
    });
  }

  async remove(by: Person, id: string, language: string, revision: number): Promise<Announcement> {
    return this.announcements.changeVersions(by, id, (found) => {
      found.removeVersion(revision, language, this.clock.date());
      return { action: 'announcements.version-removed', facts: { language } };
    });
  }
}
