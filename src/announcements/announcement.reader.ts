import { Injectable } from '@nestjs/common';
import { may } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { tunesChosenIn } from '../accounts/commune.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { Addresses } from '../platform/addresses.ts';
import { expectedSeconds } from '../speech/expected-length.ts';
import { CommuneReading } from '../lexicon/commune-reading.service.ts';
import { SpeechService } from '../speech/speech.service.ts';
import { VillageService } from '../villages/village.service.ts';
import type { Announcement } from './announcement.ts';
import { AnnouncementRenderer } from './announcement.renderer.ts';
import type { AnnouncementLineView, AnnouncementView } from './announcement.view.ts';
import { announcementView, lineView } from './announcement.words.ts';
import { readingOf } from './saying.ts';

/** Gathers what a screen shows of announcements. */
@Injectable()
export class AnnouncementReader {
  constructor(
    private readonly people: PeopleService,
    private readonly communes: CommuneService,
    private readonly renderer: AnnouncementRenderer,
    private readonly speech: SpeechService,
    private readonly readings: CommuneReading,
    private readonly villages: VillageService,
    private readonly addresses: Addresses,
    private readonly clock: Clock,
  ) {}

  async view(by: Person, announcement: Announcement): Promise<AnnouncementView> {
    const { communeId } = by;
    const { settings, timeZone } = await this.communes.get(communeId);
    const { versions, authorId, decidedBy, currentRecordingId } = announcement;
    const recordingIds = [currentRecordingId, ...versions.map(({ recordingId }) => recordingId)];
    const [recordings, names, villages, reader] = await Promise.all([
      this.speech.recordingsById(
        communeId,
        recordingIds.filter((id) => id !== null),
      ),
      this.people.names(
        communeId,
        [authorId, decidedBy, ...versions.map(({ recordedBy }) => recordedBy)].filter((id) => id !== null),
      ),
      this.villages.all(communeId),
      this.readings.of(communeId),
    ]);
    const reading = readingOf(announcement, reader);
    return announcementView(announcement, {
      by,
      names,
      recordings,
      villages,
      progress: this.renderer.progressOf(announcement),
      reading,
      expectedSeconds:
        reading === null
          ? null
          : expectedSeconds(reading.sentences, announcement.deliveryWith(tunesChosenIn(settings))),
      base: this.addresses.linkUrl,
      today: new Intl.DateTimeFormat('sv-SE', { timeZone }).format(this.clock.date()),
      mayDecide: may(by, 'announcements.approve'),
      onePerson: settings.onePerson,
      mayBeRenewed:
        recordings.get(currentRecordingId ?? '')?.isFallback === true &&
        (await this.renderer.isChosenVoiceBack(communeId)),
    });
  }

  async lines(by: Person, announcements: readonly Announcement[]): Promise<AnnouncementLineView[]> {
    const names = await this.people.names(by.communeId, [
      ...new Set(announcements.map(({ authorId }) => authorId)),
    ]);
    const seconds = await this.speech.seconds(
      by.communeId,
      announcements.flatMap(({ sounds }) => sounds.slice(0, 1).map(({ recordingId }) => recordingId)),
    );
    return announcements.map((each) =>
      lineView(each, names, seconds.get(each.sounds[0]?.recordingId ?? '') ?? null),
    );
  }
}
