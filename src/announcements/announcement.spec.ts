import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { chosenProfileIds } from '../speech/render-profile.ts';
import { classOf, tunesAtFirst } from '../speech/tunes.ts';
import { Announcement } from './announcement.ts';
import {
  now,
  author,
  approver,
  content,
  draft,
  recorded,
  submitted,
  spoken,
  codeOf,
} from './announcement.testing.ts';

describe('how an announcement sounds', () => {
  test('is as chosen; an emergency sounds the alarm, whatever was chosen, and nothing else does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('regular' as const, 'priority' as const, 'emergency' as const),
        fc.constantFrom(...chosenProfileIds),
        fc.constantFrom(1 as const, 2 as const),
        (priority, renderProfile, saidTimes) => {
          const { profile, tune, times } = draft({ priority, renderProfile, saidTimes }).deliveryWith(
            tunesAtFirst,
          );
          expect(profile.soundClass === 'emergency').toBe(priority === 'emergency');
          expect(classOf(tune)).toBe(profile.soundClass);
          if (priority !== 'emergency') expect([profile.id, times]).toEqual([renderProfile, saidTimes]);
        },
      ),
    );
  });

  test('while it is being made it can be given up, and asked for again', () => {
    const announcement = draft();
    announcement.askForRecording(now);
    expect(announcement.isRendering).toBe(true);
    announcement.stopRendering(now);
    expect(announcement.isRendering).toBe(false);
    announcement.askForRecording(now);
    expect(announcement.isRendering).toBe(true);
    const approved = submitted();
    approved.approve(approver, ['recording'], '', now);
    expect(codeOf(() => approved.stopRendering(now))).toBe('announcements.not-a-draft');
  });
});

describe('an announcement', () => {
  test('is submitted with a recording of this very text, and without open doubts', () => {
    expect(codeOf(() => draft().submit(author, now))).toBe('announcements.not-recorded');
    const present = { spoken: 'theo từ điển mới', openDoubts: 0 };
    expect(codeOf(() => recorded().submit(author, now, present))).toBe('announcements.older-lexicon');
    expect(codeOf(() => recorded({ priority: 'emergency' }).submit(author, now, present))).toBe('done');
    expect(codeOf(() => recorded({}, 2).submit(author, now))).toBe('announcements.doubts-open');
    const edited = recorded();
    edited.edit(1, { ...content, text: 'Khác' }, { spoken: 'Khác', openDoubts: 0 }, now);
    expect(codeOf(() => edited.submit(author, now))).toBe('announcements.not-recorded');
  });

  test('takes no recording that comes after its approval, whoever asked for it', () => {
    const announcement = recorded();
    announcement.askForRecording(now);
    announcement.submit(author, now);
    announcement.approve(approver, ['recording'], '', now);
    expect(announcement.takeRecording('later', 1, now)).toBe(false);
    expect(announcement.currentRecordingId).toBe('recording');
  });

  test('that waits for approval takes a recording that a person asked for, and its approver must hear that one', () => {
    const announcement = submitted();
    expect(announcement.takeRecording('unasked', 1, now)).toBe(false);
    announcement.askForRecording(now);
    expect(announcement.takeRecording('better', 1, now)).toBe(true);
    expect(announcement.state).toBe('submitted');
    expect(codeOf(() => announcement.approve(approver, ['recording'], '', now))).toBe(
      'announcements.another-recording',
    );
    announcement.approve(approver, ['better'], '', now);
    expect(announcement.currentRecordingId).toBe('better');
  });

  test('that is an emergency may be submitted with open doubts', () => {
    const announcement = recorded({ priority: 'emergency' }, 2);
    announcement.submit(author, now);
    expect(announcement).toMatchObject({ state: 'submitted', doubts: 2 });
  });

  test('is approved by another, who heard what will air', () => {
    const announcement = submitted();
    expect(codeOf(() => announcement.approve({ ...approver, id: author }, ['recording'], '', now))).toBe(
      'announcements.own',
    );
    expect(codeOf(() => announcement.approve(approver, ['another'], '', now))).toBe(
      'announcements.another-recording',
    );
    announcement.approve(approver, ['recording'], '', now);
    expect(announcement).toMatchObject({ state: 'approved', decidedBy: 'approver', selfApproved: false });
  });

  test('is not approved by who submitted another’s work, nor by its author’s own right in another’s hand', () => {
    const announcement = recorded();
    announcement.submit('approver', now);
    expect(codeOf(() => announcement.approve(approver, ['recording'], '', now))).toBe('announcements.own');
    const handed = submitted();
    const deputy = { id: 'deputy', actsFor: [author], mayApproveOwn: false };
    expect(codeOf(() => handed.approve(deputy, ['recording'], '', now))).toBe('announcements.own');
    handed.approve({ ...deputy, actsFor: [author, 'chairman'] }, ['recording'], '', now);
    expect(handed).toMatchObject({ state: 'approved', decidedBy: 'deputy', decidedFor: 'chairman' });
  });

  test('may be approved by its author where the commune has one person, and says so', () => {
    const announcement = submitted();
    announcement.approve({ id: author, actsFor: null, mayApproveOwn: true }, ['recording'], '', now);
    expect(announcement).toMatchObject({ state: 'approved', selfApproved: true });
  });

  test('that was edited is a draft again, with nothing approved and nothing prepared', () => {
    const announcement = recorded({ priority: 'emergency' });
    announcement.submit(author, now);
    announcement.approve(approver, ['recording'], 'Được', now);
    announcement.prepare(true, now);
    announcement.edit(1, content, { spoken: 'x', openDoubts: 0 }, now);
    expect(announcement).toMatchObject({
      ...{ state: 'draft', revision: 2, decidedBy: null, decisionNote: '', prepared: false },
      currentRecordingId: null,
    });
    expect(codeOf(() => announcement.edit(1, content, { spoken: 'x', openDoubts: 0 }, now))).toBe(
      'announcements.changed-meanwhile',
    );
  });

  test('leaves a recording of an older revision aside', () => {
    const announcement = draft();
    announcement.askForRecording(now);
    announcement.edit(1, content, { spoken: 'x', openDoubts: 0 }, now);
    expect(announcement.takeRecording('recording', 1, now)).toBe(false);
    expect(announcement.currentRecordingId).toBeNull();
  });

  test('with versions is approved as the whole set that was heard, and any change of one voids it', () => {
    const announcement = recorded();
    announcement.takeVersion(1, spoken('rad', 'ede'), now);
    // The text is the same: its recording still counts.
    expect(announcement).toMatchObject({ revision: 2, currentRecordingId: 'recording' });
    expect(announcement.sounds).toEqual([
      { language: 'vi', recordingId: 'recording' },
      { language: 'rad', recordingId: 'ede' },
    ]);
    announcement.submit(author, now);
    for (const heard of [['recording'], ['ede'], ['recording', 'ede', 'more'], ['recording', 'other']])
      expect(codeOf(() => announcement.approve(approver, heard, '', now))).toBe(
        'announcements.another-recording',
      );
    announcement.approve(approver, ['ede', 'recording'], '', now);
    expect(announcement.state).toBe('approved');
    announcement.takeVersion(2, spoken('rad', 'ede again'), now);
    expect(announcement).toMatchObject({ state: 'draft', revision: 3, decidedBy: null });
    announcement.nameVersion(3, 'rad', { title: 'Klei bi hưn', summary: 'ƀuôn sang, čiăng thâo' }, now);
    expect(announcement.versions[0]).toMatchObject({ recordingId: 'ede again', title: 'Klei bi hưn' });
    expect(announcement.versions[0]?.summary).toBe('ƀuôn sang, čiăng thâo');
    announcement.removeVersion(4, 'rad', now);
    expect(announcement.sounds).toEqual([{ language: 'vi', recordingId: 'recording' }]);
    expect(codeOf(() => announcement.removeVersion(5, 'rad', now))).toBe('announcements.no-such-version');
    expect(codeOf(() => announcement.takeVersion(1, spoken('rad', 'x'), now))).toBe(
      'announcements.changed-meanwhile',
    );
    expect(codeOf(() => announcement.takeVersion(5, spoken('xx', 'x'), now))).toBe(
      'announcements.unknown-language',
    );
  });

  test('that a person speaks in Vietnamese is not read by the voice as well, and its doubts are theirs', () => {
    const announcement = draft({}, 2);
    announcement.takeVersion(1, spoken('vi', 'chairman'), now);
    announcement.submit(author, now);
    announcement.approve(approver, ['chairman'], '', now);
    expect(announcement.sounds).toEqual([{ language: 'vi', recordingId: 'chairman' }]);
  });

  test('without a text needs a summary for the logbook', () => {
    const silent = { ...content, text: '' };
    const at = { communeId: 'commune', id: 'id', authorId: author, now };
    const announcement = Announcement.write(at, silent, { spoken: '', openDoubts: 0 });
    expect(codeOf(() => announcement.submit(author, now))).toBe('announcements.not-recorded');
    announcement.takeVersion(1, spoken('rad', 'ede'), now);
    expect(codeOf(() => announcement.submit(author, now))).toBe('announcements.summary-missing');
    announcement.edit(2, { ...silent, summary: 'Mời họp buôn' }, { spoken: '', openDoubts: 0 }, now);
    announcement.submit(author, now);
    announcement.approve(approver, ['ede'], '', now);
    expect(announcement.sounds).toEqual([{ language: 'rad', recordingId: 'ede' }]);
  });

  test('of another class does not go out with the chime of the first', () => {
    const announcement = recorded();
    announcement.takeVersion(1, spoken('rad', 'ede'), now);
    announcement.edit(2, { ...content, priority: 'emergency' }, { spoken: 'x', openDoubts: 0 }, now);
    announcement.askForRecording(now);
    announcement.takeRecording('alarm', 3, now);
    expect(codeOf(() => announcement.submit(author, now))).toBe('announcements.other-chime');
    announcement.takeVersion(3, { ...spoken('rad', 'ede alarm'), soundClass: 'emergency' }, now);
    announcement.submit(author, now);
    announcement.approve(approver, ['alarm', 'ede alarm'], '', now);
    announcement.prepare(true, now);
    expect(announcement.prepared).toBe(true);
  });

  test('is prepared for an emergency in Vietnamese only: one sound goes out on all poles', () => {
    const announcement = Announcement.write(
      { communeId: 'commune', id: 'id', authorId: author, now },
      { ...content, text: '', summary: 'Báo động', priority: 'emergency' },
      { spoken: '', openDoubts: 0 },
    );
    announcement.takeVersion(1, { ...spoken('rad', 'ede'), soundClass: 'emergency' }, now);
    announcement.submit(author, now);
    announcement.approve(approver, ['ede'], '', now);
    expect(codeOf(() => announcement.prepare(true, now))).toBe('announcements.no-vietnamese');
  });

  test('keeps a recording that is being made while a version is added', () => {
    const announcement = draft();
    announcement.askForRecording(now);
    announcement.takeVersion(1, spoken('rad', 'ede'), now);
    expect(announcement.isRendering).toBe(true);
    expect(announcement.takeRecording('recording', 2, now)).toBe(true);
  });

  test('has a short code without look-alikes', () => {
    for (let i = 0; i < 200; i += 1) expect(draft().shortCode).toMatch(/^[2-9a-hjkmnp-z]{8}$/);
  });
});
