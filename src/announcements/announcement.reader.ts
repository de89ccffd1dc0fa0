import { Injectable } from '@nestjs/common';
import { may } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { tunesChosenIn } from '../accounts/commune.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { Addresses } from '../platform/addresses.ts';
import { expectedSeconds } from '../speech/expected-length.ts';
import { Lexicon } from '../speech/reading/lexicon.ts';
import { SpeechService } from '../speech/speech.service.ts';
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
    private readonly lexicon: Lexicon,
    private readonly addresses: Addresses,
    private readonly clock: Clock,
  ) {}

  async view(by: Person, announcement: Announcement): Promise<AnnouncementView> {
    const { communeId } = by;
    const { settings, timeZone } = await this.communes.get(communeId);
    const recordingId = announcement.currentRecordingId;
    const [recording, names] = await Promise.all([
      recordingId === null ? null : this.speech.recording(communeId, recordingId),
      this.people.names(
        communeId,
        [announcement.authorId, announcement.decidedBy].filter((id) => id !== null),
      ),
    ]);
    const reading = readingOf(announcement, this.lexicon);
    return announcementView(announcement, {
      by,
      names,
      recording,
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
    });
  }

  async lines(by: Person, announcements: readonly Announcement[]): Promise<AnnouncementLineView[]> {
    const names = await this.people.names(by.communeId, [
      ...new Set(announcements.map(({ authorId }) => authorId)),
    ]);
    const seconds = await this.speech.seconds(
      by.communeId,
      announcements.flatMap(({ currentRecordingId }) =>
        currentRecordingId === null ? [] : [currentRecordingId],
      ),
    );
    return announcements.map((each) =>
      lineView(
        each,
        names,
        each.currentRecordingId === null ? null : (seconds.get(each.currentRecordingId) ?? null),
      ),
    );
  }
}
