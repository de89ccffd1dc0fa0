import type { Priority } from '../../devices/protocol/pole-messages.ts';
import { Failure } from '../base/failure.ts';
import { deliveryOf, renderProfiles } from '../speech/render-profile.ts';
import type { ChosenProfileId, Delivery, RenderProfile } from '../speech/render-profile.ts';
import type { SoundClass, TunesChosen } from '../speech/tunes.ts';
import { byListOrder, vietnamese } from '../villages/language.ts';
import type { AnnouncementContent, Said } from './announcement-content.ts';
import type { AnnouncementForm } from './form.ts';
import { newShortCode } from './short-code.ts';
import { versionIn, versionsWith } from './version.ts';
import type { LanguageVersion, MadeVersion, VersionSound } from './version.ts';

export type AnnouncementState = 'draft' | 'submitted' | 'approved' | 'sent-back' | 'withdrawn';

/** Who decides, and on whose behalf. */
export interface Decider {
  readonly id: string;
  /** The approvers who handed their approvals over for today; null for an approver in their own right. */
  readonly actsFor: readonly string[] | null;
  /** A commune with one person: the author may approve, and the journal says so. */
  readonly mayApproveOwn: boolean;
}

/**
 * An announcement (*bản tin*): written or spoken, recorded in one language or several, submitted and approved. What is
 * approved is the set of recordings of one revision; any change is a new revision, which nobody has approved.
 */
export class Announcement {
  communeId!: string;
  id!: string;
  shortCode!: string;
  title!: string;
  summary!: string;
  text!: string;
  priority!: Priority;
  villageIds!: string[];
  state!: AnnouncementState;
  revision!: number;
  authorId!: string;
  spoken!: string;
  doubts!: number;
  picks!: Record<string, string>;
  form!: AnnouncementForm | null;
  /** How it is to sound; an emergency sounds as emergencies do, whatever stands here. */
  renderProfile!: ChosenProfileId;
  saidTimes!: 1 | 2;
  /** The text in the computed voice. */
  recordingId!: string | null;
  /** The revision that `recordingId` is a recording of. */
  recordingRevision!: number | null;
  /** A recording of this revision was asked for and is not there yet; begun again after a restart. */
  renderingRevision!: number | null;
  renderingFault!: string | null;
  /** What people speak, at most one a language. */
  versions!: LanguageVersion[];
  submittedBy!: string | null;
  submittedAt!: Date | null;
  decidedBy!: string | null;
  decidedFor!: string | null;
  decidedAt!: Date | null;
  decisionNote!: string;
  selfApproved!: boolean;
  /** An approved emergency whose sound lies on the poles, ready to be raised. */
  prepared!: boolean;
  copiedFrom!: string | null;
  createdAt!: Date;
  updatedAt!: Date;

  static write(
    at: { communeId: string; id: string; authorId: string; now: Date; copiedFrom?: string },
    content: AnnouncementContent,
    said: Said,
  ): Announcement {
    return Object.assign(new Announcement(), content, {
      communeId: at.communeId,
      id: at.id,
      shortCode: newShortCode(),
      villageIds: [...content.villageIds],
      picks: { ...content.picks },
      state: 'draft',
      revision: 1,
      authorId: at.authorId,
      spoken: said.spoken,
      doubts: said.openDoubts,
      recordingId: null,
      recordingRevision: null,
      renderingRevision: null,
      renderingFault: null,
      versions: [],
      submittedBy: null,
      submittedAt: null,
      decidedBy: null,
      decidedFor: null,
      decidedAt: null,
      decisionNote: '',
      selfApproved: false,
      prepared: false,
      copiedFrom: at.copiedFrom ?? null,
      createdAt: at.now,
      updatedAt: at.now,
    });
  }

  /** The recording of this very revision. */
  get currentRecordingId(): string | null {
    return this.recordingRevision === this.revision ? this.recordingId : null;
  }

  /** Whether the Vietnamese is the text in the computed voice: there is one, and no person speaks it. */
  get isReadByVoice(): boolean {
    return this.spoken !== '' && !this.versions.some(({ language }) => language === vietnamese);
  }

  /** Everything that would sound, Vietnamese first: what an approver hears and approves. */
  get sounds(): VersionSound[] {
    const sounds: VersionSound[] = this.versions.map(({ language, recordingId }) => ({
      language,
      recordingId,
    }));
    const read = this.isReadByVoice ? this.currentRecordingId : null;
    if (read !== null) sounds.push({ language: vietnamese, recordingId: read });
    return sounds.sort((a, b) => byListOrder(a.language, b.language));
  }

  /** The languages that it has or, for the text that is still to be recorded, will have. */
  get languages(): ReadonlySet<string> {
    return new Set([
      ...(this.isReadByVoice ? [vietnamese] : []),
      ...this.versions.map(({ language }) => language),
    ]);
  }

  /** Whose tune it opens with. */
  get soundClass(): SoundClass {
    return this.profile.soundClass;
  }

  get profile(): RenderProfile {
    return renderProfiles[this.priority === 'emergency' ? 'alarm' : this.renderProfile];
  }

  get isDraft(): boolean {
    return this.state === 'draft' || this.state === 'sent-back';
  }

  get isRendering(): boolean {
    return this.renderingRevision === this.revision && this.renderingFault === null;
  }

  /** How it will sound with the commune's tunes. The alarm goes with the priority and cannot be had otherwise. */
  deliveryWith(tunes: TunesChosen): Delivery {
    if (this.priority === 'emergency') return deliveryOf('alarm', tunes);
    return deliveryOf(this.renderProfile, tunes, this.saidTimes);
  }

  /** Any edit is a new revision and voids what was approved. @throws Failure `announcements.changed-meanwhile` */
  edit(seenRevision: number, content: AnnouncementContent, said: Said, now: Date): void {
    this.refuseStale(seenRevision);
    this.title = content.title;
    this.summary = content.summary;
    this.text = content.text;
    this.priority = content.priority;
    this.villageIds = [...content.villageIds];
    this.picks = { ...content.picks };
    this.form = content.form;
    this.renderProfile = content.renderProfile;
    this.saidTimes = content.saidTimes;
    this.spoken = said.spoken;
    this.doubts = said.openDoubts;
    this.renew(now);
    this.renderingRevision = null;
    this.renderingFault = null;
  }

  /** Adds what a person spoke, or puts it in the place of what was there. @throws as `edit` */
  takeVersion(seenRevision: number, made: MadeVersion, now: Date): void {
    this.changeVersions(seenRevision, now, versionsWith(this.versions, made, this.text, now));
  }

  /** What the logbook says of a version. @throws Failure `announcements.no-such-version`, and as `edit` */
  nameVersion(
    seenRevision: number,
    language: string,
    named: Pick<LanguageVersion, 'title' | 'summary'>,
    now: Date,
  ): void {
    const found = versionIn(this.versions, language);
    const changed = this.versions.map((one) => (one === found ? { ...one, ...named } : one));
    this.changeVersions(seenRevision, now, changed);
  }

  /** @throws Failure `announcements.no-such-version`, and as `edit` */
  removeVersion(seenRevision: number, language: string, now: Date): void {
    const gone = versionIn(this.versions, language);
    const kept = this.versions.filter((one) => one !== gone);
    this.changeVersions(seenRevision, now, kept);
  }

  /**
   * Also of one that waits for approval, when a better voice is back: nothing is voided, and its approver hears the
   * new recording, since approval names the one that was heard.
   */
  askForRecording(now: Date): void {
    this.refuseUnless(['draft', 'sent-back', 'submitted'], 'announcements.not-a-draft');
    if (this.spoken === '')
      throw new Failure('conflict', 'announcements.nothing-to-say', 'There is nothing to say');
    this.renderingRevision = this.revision;
    this.renderingFault = null;
    this.updatedAt = now;
  }

  /**
   * A recording of an older revision comes too late and is left aside; so does any once it was approved, and one that
   * nobody asked for once it waits for approval. @returns whether it was taken
   */
  takeRecording(recordingId: string, revision: number, now: Date, said?: Said): boolean {
    if (revision !== this.revision) return false;
    const wasAsked = this.renderingRevision === revision;
    const isOpen =
      this.state === 'draft' || this.state === 'sent-back' || (this.state === 'submitted' && wasAsked);
    if (!isOpen) return false;
    // What was recorded is what stands here: the lexicon may have changed since the text was written.
    if (said !== undefined) {
      this.spoken = said.spoken;
      this.doubts = said.openDoubts;
    }
    this.recordingId = recordingId;
    this.recordingRevision = revision;
    this.renderingRevision = null;
    this.renderingFault = null;
    this.updatedAt = now;
    return true;
  }

  /** Nobody wants it any more; it may be asked for again. */
  stopRendering(now: Date): void {
    this.refuseUnless(['draft', 'sent-back', 'submitted'], 'announcements.not-a-draft');
    this.renderingRevision = null;
    this.renderingFault = null;
    this.updatedAt = now;
  }

  failRendering(revision: number, code: string): void {
    if (revision === this.renderingRevision) this.renderingFault = code;
  }

  /** @param present how the text is read by the lexicon of now, of which its recording may know nothing */
  submit(by: string, now: Date, present: Said = { spoken: this.spoken, openDoubts: this.doubts }): void {
    this.refuseUnless(['draft', 'sent-back'], 'announcements.not-a-draft');
    this.doubts = present.openDoubts;
    if (this.sounds.length === 0 || (this.isReadByVoice && this.currentRecordingId === null)) {
      throw new Failure('conflict', 'announcements.not-recorded', 'There is no recording of this text yet');
    }
    if (this.hasOtherChime) {
      throw new Failure(
        'conflict',
        'announcements.other-chime',
        'A recording has the chime of another class',
      );
    }
    if (this.spoken === '' && this.summary.trim() === '') {
      const message = 'Without a text the logbook needs a summary';
      throw new Failure('conflict', 'announcements.summary-missing', message, {
        fields: [{ path: 'summary', code: 'announcements.summary-missing', message }],
      });
    }
    this.refuseDoubts();
    if (this.isReadByVoice && present.spoken !== this.spoken && this.priority !== 'emergency') {
      throw new Failure('conflict', 'announcements.older-lexicon', 'The recording says it another way');
    }
    this.state = 'submitted';
    this.submittedBy = by;
    this.submittedAt = now;
    this.forgetDecision();
    this.updatedAt = now;
  }

  /** Approval binds what was heard: every recording that will air, and no other. */
  approve(by: Decider, heardRecordingIds: readonly string[], note: string, now: Date): void {
    this.refuseUnless(['submitted'], 'announcements.not-submitted');
    const heard = new Set(heardRecordingIds);
    const toHear = new Set(this.sounds.map(({ recordingId }) => recordingId));
    if (heard.size !== toHear.size || ![...toHear].every((id) => heard.has(id))) {
      throw new Failure(
        'conflict',
        'announcements.another-recording',
        'What was heard is not what would air',
      );
    }
    // A recording made anew while it waited may be read by a lexicon that asks more.
    this.refuseDoubts();
    // Nor by the right that its author handed over: that would be their own approval by another's hand.
    const rights = by.actsFor ?? [by.id];
    const isOwn = this.isFrom(by.id) || rights.every((id) => this.isFrom(id));
    if (isOwn && !by.mayApproveOwn) {
      throw new Failure('forbidden', 'announcements.own', 'Nobody approves their own announcement');
    }
    this.state = 'approved';
    this.selfApproved = isOwn;
    this.decide(by, note, now);
  }

  sendBack(by: Decider, note: string, now: Date): void {
    this.refuseUnless(['submitted'], 'announcements.not-submitted');
    this.state = 'sent-back';
    this.decide(by, note, now);
  }

  withdraw(now: Date): void {
    this.refuseUnless(['draft', 'submitted', 'approved', 'sent-back'], 'announcements.withdrawn');
    this.state = 'withdrawn';
    this.prepared = false;
    this.renderingRevision = null;
    this.updatedAt = now;
  }

  prepare(prepared: boolean, now: Date): void {
    this.refuseUnless(['approved'], 'announcements.not-approved');
    if (prepared && this.priority !== 'emergency') {
      throw new Failure('conflict', 'announcements.not-an-emergency', 'Only an emergency is prepared');
    }
    // What the screens say, and what a village hears for whose languages there is nothing.
    if (prepared && !this.languages.has(vietnamese)) {
      throw new Failure('conflict', 'announcements.no-vietnamese', 'An emergency is raised in Vietnamese');
    }
    this.prepared = prepared;
    this.updatedAt = now;
  }

  /** Whether somebody wrote it or put it forward. */
  isFrom(personId: string): boolean {
    return personId === this.authorId || personId === this.submittedBy;
  }

  /** A person spoke it while it had another class: it opens with the wrong chime. */
  get hasOtherChime(): boolean {
    return this.versions.some(({ soundClass }) => soundClass !== this.soundClass);
  }

  /** Doubts of a text that a person speaks are that person's. */
  get hasDoubts(): boolean {
    return this.isReadByVoice && this.doubts > 0;
  }

  /** The text is the same: its recording, made or in the making, is that of the new revision too. */
  private changeVersions(seenRevision: number, now: Date, versions: LanguageVersion[]): void {
    this.refuseStale(seenRevision);
    const { revision } = this;
    this.versions = versions.sort((a, b) => byListOrder(a.language, b.language));
    this.renew(now);
    if (this.recordingRevision === revision) this.recordingRevision = this.revision;
    if (this.renderingRevision === revision) this.renderingRevision = this.revision;
  }

  /** Whatever was approved or put forward no longer is. */
  private renew(now: Date): void {
    this.revision += 1;
    this.state = 'draft';
    this.forgetDecision();
    this.updatedAt = now;
  }

  /** @throws Failure `announcements.changed-meanwhile`, `announcements.withdrawn` */
  refuseStale(seenRevision: number): void {
    this.refuseUnless(['draft', 'sent-back', 'approved', 'submitted'], 'announcements.withdrawn');
    if (seenRevision !== this.revision) {
      throw new Failure('conflict', 'announcements.changed-meanwhile', 'Somebody else changed it meanwhile');
    }
  }

  private decide(by: Decider, note: string, now: Date): void {
    this.decidedBy = by.id;
    this.decidedFor = by.actsFor?.find((id) => !this.isFrom(id)) ?? by.actsFor?.[0] ?? null;
    this.decidedAt = now;
    this.decisionNote = note;
    this.updatedAt = now;
  }

  private forgetDecision(): void {
    this.prepared = false;
    this.decidedBy = null;
    this.decidedFor = null;
    this.decidedAt = null;
    this.decisionNote = '';
    this.selfApproved = false;
  }

  /** In an emergency a doubt warns; waiting for a pick could cost lives. */
  private refuseDoubts(): void {
    if (this.hasDoubts && this.priority !== 'emergency')
      throw new Failure('conflict', 'announcements.doubts-open', `${this.doubts} doubts are open`);
  }

  private refuseUnless(states: readonly AnnouncementState[], code: string): void {
    if (states.includes(this.state)) return;
    throw new Failure('conflict', code, `Not possible while it is ${this.state}`);
  }
}
