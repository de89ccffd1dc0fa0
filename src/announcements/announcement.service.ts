import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { may, villagesFor } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { communeOf, enterDirectory } from '../platform/database/directory.ts';
import { Database } from '../platform/database/database.ts';
import { Disk } from '../platform/files/disk.service.ts';
import { CommuneReading } from '../lexicon/commune-reading.service.ts';
import type { Recording } from '../speech/recording.ts';
import { SpeechService } from '../speech/speech.service.ts';
import { VillageService } from '../villages/village.service.ts';
import { Announcement } from './announcement.ts';
import type { Decider } from './announcement.ts';
import { contentOf, formAfter } from './announcement-content.ts';
import { AnnouncementRenderer } from './announcement.renderer.ts';
import type { ChangeAnnouncementRequest, NewAnnouncementRequest } from './announcement.request.ts';
import { AnnouncementStore } from './announcement.store.ts';
import type { Listed } from './announcement.store.ts';
import type { AnnouncementForm } from './form.ts';
import { sayBy } from './saying.ts';
import type { VersionSound } from './version.ts';

declare module '../base/events.ts' {
  interface News {
    'announcement.changed': {
      communeId: string;
      id: string;
      state: string;
      rendering: { done: number; of: number; encodedPercent: number | null } | null;
    };
    /** What stands approved changed: programmes are compiled anew. */
    'announcement.decided': { communeId: string; id: string };
  }
}

/** What may be broadcast: approved, with the very recordings that were heard. */
export interface Approved {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly spoken: string;
  readonly priority: Announcement['priority'];
  readonly villageIds: readonly string[];
  /** Vietnamese first. */
  readonly versions: readonly { readonly language: string; readonly recording: Recording }[];
}

/** What a new announcement comes from, besides somebody's own words. */
interface Written {
  readonly copiedFrom?: string;
  readonly form?: AnnouncementForm | null;
  readonly picks?: Readonly<Record<string, string>>;
}

@Injectable()
export class AnnouncementService {
  constructor(
    private readonly database: Database,
    private readonly store: AnnouncementStore,
    private readonly renderer: AnnouncementRenderer,
    private readonly speech: SpeechService,
    private readonly readings: CommuneReading,
    private readonly communes: CommuneService,
    private readonly villages: VillageService,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly disk: Disk,
    private readonly clock: Clock,
  ) {}

  async list(by: Person, listed: Omit<Listed, 'villageIds'>): Promise<Announcement[]> {
    const villageIds = villagesFor(by, 'announcements.read');
    return this.database.inCommune(by.communeId, (em) =>
      this.store.list(em, by.communeId, { ...listed, villageIds }),
    );
  }

  /** As somebody may see it. @throws Failure `announcements.missing`, also where it is none of their business */
  async seen(by: Person, id: string): Promise<Announcement> {
    return seenBy(by, await this.one(by.communeId, id));
  }

  async one(communeId: string, id: string): Promise<Announcement> {
    return this.database.inCommune(communeId, (em) => this.store.one(em, communeId, id));
  }

  async byShortCode(by: Person, shortCode: string): Promise<Announcement> {
    // A code of another commune is as unknown as one that never was.
    if ((await communeOf(this.database, 'short-code', shortCode)) !== by.communeId) {
      throw new Failure('missing', 'announcements.missing', 'No such announcement');
    }
    const found = await this.database.inCommune(by.communeId, (em) =>
      this.store.byShortCode(em, by.communeId, shortCode),
    );
    return seenBy(by, found);
  }

  /** @param more of a copy: from which; of a form: which, and what people picked */
  async write(
    by: Person,
    request: NewAnnouncementRequest,
    { copiedFrom, form = null, picks = {} }: Written = {},
  ): Promise<Announcement> {
    refuseBeyond(by, request.villageIds);
    await this.villages.refuseUnknown(by.communeId, request.villageIds, 'villageIds');
    // On a full disk the database would take some more lines, and then none: what cannot wait needs them.
    if (request.priority !== 'emergency') await this.disk.demandRoom();
    const content = contentOf({ ...request, picks, form });
    const said = sayBy(await this.readings.of(by.communeId), content);
    const announcement = Announcement.write(
      {
        communeId: by.communeId,
        id: newId(),
        authorId: by.id,
        now: this.clock.date(),
        ...(copiedFrom === undefined ? {} : { copiedFrom }),
      },
      content,
      said,
    );
    await this.database.inCommune(by.communeId, async (em) => {
      if (!(await enterDirectory(em, 'short-code', announcement.shortCode, by.communeId))) {
        throw new Failure('conflict', 'platform.try-again', 'The short code is taken: try again');
      }
      await this.store.add(em, announcement);
      await this.enterJournal(em, by, announcement, 'announcements.written', {
        copiedFrom: copiedFrom ?? null,
        templateId: form?.templateId ?? null,
      });
    });
    this.tell(announcement);
    return announcement;
  }

  /** @param form what the text was filled in with; a text that was changed without one is no form any more */
  async edit(
    by: Person,
    id: string,
    request: ChangeAnnouncementRequest,
    form?: AnnouncementForm,
  ): Promise<Announcement> {
    const reader = await this.readings.of(by.communeId);
    await this.villages.refuseUnknown(by.communeId, request.villageIds ?? [], 'villageIds');
    const changed = await this.change(by, id, 'announcements.edited', (announcement) => {
      refuseBeyond(by, announcement.villageIds);
      refuseBeyond(by, request.villageIds ?? announcement.villageIds);
      const content = contentOf({
        title: request.title ?? announcement.title,
        summary: request.summary ?? announcement.summary,
        text: request.text ?? announcement.text,
        priority: request.priority ?? announcement.priority,
        villageIds: request.villageIds ?? announcement.villageIds,
        picks: request.picks ?? announcement.picks,
        form: form ?? formAfter(announcement, request.text),
        renderProfile: request.renderProfile ?? announcement.renderProfile,
        saidTimes: request.saidTimes ?? announcement.saidTimes,
      });
      const from = announcement.state;
      announcement.edit(request.revision, content, sayBy(reader, content), this.clock.date());
      return { revision: announcement.revision, from };
    });
    this.renderer.cancel(id);
    // Whatever stood approved no longer does.
    this.events.tell('announcement.decided', { communeId: by.communeId, id });
    return changed;
  }

  /**
   * Changes what people speak; whatever stood approved no longer does. A rendering of the same text goes on for the new
   * revision.
   */
  async changeVersions(
    by: Person,
    id: string,
    work: (announcement: Announcement) => { action: string; facts: Record<string, unknown> },
  ): Promise<Announcement> {
    const changed = await this.database.inCommune(by.communeId, async (em) => {
      let done = { action: '', facts: {} };
      const announcement = await this.store.change(em, by.communeId, id, (found) => {
        refuseBeyond(by, found.villageIds);
        done = work(found);
      });
      const facts = { ...done.facts, revision: announcement.revision };
      await this.enterJournal(em, by, announcement, done.action, facts);
      return announcement;
    });
    if (changed.isRendering) this.renderer.begin(changed);
    this.tell(changed);
    this.events.tell('announcement.decided', { communeId: by.communeId, id });
    return changed;
  }

  /** Begins to make the recording; progress is told as news, and stands in the view. */
  async render(by: Person, id: string): Promise<Announcement> {
    const changed = await this.change(by, id, null, (announcement) => {
      refuseBeyond(by, announcement.villageIds);
      announcement.askForRecording(this.clock.date());
      return {};
    });
    this.renderer.begin(changed);
    return changed;
  }

  /** Gives up a recording that is being made; nothing of it is kept but the sentences that were spoken. */
  async stopRendering(by: Person, id: string): Promise<Announcement> {
    const changed = await this.change(by, id, null, (announcement) => {
      refuseBeyond(by, announcement.villageIds);
      announcement.stopRendering(this.clock.date());
      return {};
    });
    this.renderer.cancel(id);
    return changed;
  }

  async submit(by: Person, id: string): Promise<Announcement> {
    const reader = await this.readings.of(by.communeId);
    return this.change(by, id, 'announcements.submitted', (announcement) => {
      refuseBeyond(by, announcement.villageIds);
      announcement.submit(by.id, this.clock.date(), sayBy(reader, announcement));
      return {
        revision: announcement.revision,
        sounds: announcement.sounds,
        doubts: announcement.doubts,
      };
    });
  }

  /** @param recordingIds what the approver listened to */
  async approve(
    by: Person,
    id: string,
    recordingIds: readonly string[],
    note: string,
  ): Promise<Announcement> {
    const decider = await this.deciderOf(by);
    const changed = await this.change(by, id, 'announcements.approved', (announcement) => {
      announcement.approve(decider, recordingIds, note, this.clock.date());
      const { revision, selfApproved, decidedFor } = announcement;
      return { revision, sounds: announcement.sounds, selfApproved, onBehalfOf: decidedFor };
    });
    this.events.tell('announcement.decided', { communeId: by.communeId, id });
    return changed;
  }

  async sendBack(by: Person, id: string, note: string): Promise<Announcement> {
    const decider = await this.deciderOf(by);
    return this.change(by, id, 'announcements.sent-back', (announcement) => {
      announcement.sendBack(decider, note, this.clock.date());
      return { revision: announcement.revision, onBehalfOf: announcement.decidedFor };
    });
  }

  async withdraw(by: Person, id: string): Promise<Announcement> {
    const changed = await this.change(by, id, 'announcements.withdrawn', (announcement) => {
      refuseBeyond(by, announcement.villageIds);
      announcement.withdraw(this.clock.date());
      return {};
    });
    this.renderer.cancel(id);
    this.events.tell('announcement.decided', { communeId: by.communeId, id });
    return changed;
  }

  /** A new draft with the same words. */
  async duplicate(by: Person, id: string): Promise<Announcement> {
    const { title, summary, text, priority, villageIds, form, ...sound } = await this.seen(by, id);
    const { renderProfile, saidTimes } = sound;
    const words = { title, summary, text, priority, villageIds, renderProfile, saidTimes };
    return this.write(by, words, { copiedFrom: id, form });
  }

  async prepare(by: Person, id: string, prepared: boolean): Promise<Announcement> {
    const changed = await this.change(by, id, 'announcements.prepared', (announcement) => {
      announcement.prepare(prepared, this.clock.date());
      return { prepared };
    });
    this.events.tell('announcement.decided', { communeId: by.communeId, id });
    return changed;
  }

  /** @throws Failure `announcements.not-approved` unless its recordings were approved */
  async approved(communeId: string, id: string): Promise<Approved> {
    const announcement = await this.one(communeId, id);
    if (announcement.state !== 'approved') {
      throw new Failure('conflict', 'announcements.not-approved', 'Only what was approved goes on the air');
    }
    return this.withRecordings(announcement);
  }

  /** Announcement → the recordings that stand approved. */
  async approvedSounds(communeId: string): Promise<ReadonlyMap<string, readonly VersionSound[]>> {
    return this.database.inCommune(communeId, (em) => this.store.approvedSounds(em, communeId));
  }

  /** Emergencies that were approved ahead. */
  async prepared(communeId: string): Promise<Approved[]> {
    const found = await this.database.inCommune(communeId, (em) => this.store.prepared(em, communeId));
    return Promise.all(found.map((announcement) => this.withRecordings(announcement)));
  }

  private async withRecordings(announcement: Announcement): Promise<Approved> {
    const { communeId, id, title, text, spoken, priority, villageIds } = announcement;
    const versions = await Promise.all(
      announcement.sounds.map(async ({ language, recordingId }) => ({
        language,
        recording: await this.speech.recording(communeId, recordingId),
      })),
    );
    return { id, title, text, spoken, priority, villageIds, versions };
  }

  /** An approver in their own right, or one who was delegated to today. */
  private async deciderOf(by: Person): Promise<Decider> {
    if (!may(by, 'announcements.approve')) {
      throw new Failure('forbidden', 'access.forbidden', 'Needs the right announcements.approve');
    }
    const { settings } = await this.communes.get(by.communeId);
    const isApprover = may({ roles: by.roles }, 'announcements.approve');
    return { id: by.id, actsFor: isApprover ? null : (by.actsFor ?? []), mayApproveOwn: settings.onePerson };
  }

  private async change(
    by: Person,
    id: string,
    action: string | null,
    work: (announcement: Announcement) => Record<string, unknown>,
  ): Promise<Announcement> {
    const changed = await this.database.inCommune(by.communeId, async (em) => {
      let facts: Record<string, unknown> = {};
      const announcement = await this.store.change(em, by.communeId, id, (found) => (facts = work(found)));
      if (action !== null) await this.enterJournal(em, by, announcement, action, facts);
      return announcement;
    });
    this.tell(changed);
    return changed;
  }

  private async enterJournal(
    em: EntityManager,
    by: Person,
    announcement: Announcement,
    action: string,
    facts: Record<string, unknown>,
  ): Promise<void> {
    await this.journal.write(em, by.communeId, {
      actorId: by.id,
      action,
      subjectType: 'announcement',
      subjectId: announcement.id,
      facts,
    });
  }

  private tell({ communeId, id, state }: Announcement): void {
    this.events.tell('announcement.changed', { communeId, id, state, rendering: null });
  }
}

/** A village head sees what concerns their villages or the whole commune. */
function seenBy(by: Person, announcement: Announcement): Announcement {
  const villages = villagesFor(by, 'announcements.read');
  const { villageIds } = announcement;
  if (villages === null || villageIds.length === 0 || villageIds.some((id) => villages.includes(id)))
    return announcement;
  throw new Failure('missing', 'announcements.missing', 'No such announcement');
}

/** A village head writes for their own villages, and says which. */
export function refuseBeyond(by: Person, villageIds: readonly string[]): void {
  const allowed = villagesFor(by, 'announcements.write');
  if (allowed === null) return;
  if (villageIds.length === 0 || villageIds.some((id) => !allowed.includes(id))) {
    const message = 'This reaches beyond your villages';
    throw new Failure('forbidden', 'announcements.beyond-your-villages', message, {
      fields: [{ path: 'villageIds', code: 'announcements.beyond-your-villages', message }],
    });
  }
}
