import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { author, codeOf, content, draft, now } from './announcement.testing.ts';

/** Steps that anybody may try, in any order; most are refused. */
type Step =
  | { kind: 'edit'; text: string; doubts: number }
  | { kind: 'record' }
  | { kind: 'late-recording'; revision: number }
  | { kind: 'submit' | 'withdraw'; by: string }
  | { kind: 'approve'; by: string; heard: number; actsFor: string[] | null }
  | { kind: 'send-back'; by: string }
  | { kind: 'prepare' };

const person = fc.constantFrom(author, 'editor', 'approver', 'chairman');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      text: fc.string(),
      doubts: fc.integer({ min: 0, max: 1 }),
    }),
  },
  { weight: 9, arbitrary: fc.constant({ kind: 'record' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('late-recording' as const),
      revision: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('submit' as const), by: person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), by: person }) },
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant('approve' as const),
      by: person,
      heard: fc.constantFrom(0, 0, 0, 1),
      actsFor: fc.option(fc.uniqueArray(person, { maxLength: 2 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('send-back' as const), by: person }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'prepare' as const }) },
);

describe('whatever anybody tries', () => {
  test('what stands approved was heard, as it is, by another than who wrote or submitted it', () => {
    let approvals = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const announcement = draft({ priority: 'emergency' });
        /** What was said when each recording was made. */
        const saidIn = new Map<string, string>();
        let approved: { by: string; spoken: string; recordingId: string } | null = null;
        let made = 0;
        for (const one of steps) {
          const recordingId = announcement.currentRecordingId;
          const before = announcement.state;
          const outcome = codeOf(() => {
            switch (one.kind) {
              case 'edit': {
                announcement.edit(
                  announcement.revision,
                  { ...content, text: one.text, priority: 'emergency' },
                  { spoken: `spoken ${one.text}`, openDoubts: one.doubts },
                  now,
                );
                return;
              }
              case 'record':
                announcement.askForRecording(now);
                made += 1;
                saidIn.set(`recording-${made}`, announcement.spoken);
                return announcement.takeRecording(`recording-${made}`, announcement.revision, now);
              case 'late-recording':
                if (one.revision === announcement.revision) return false;
                return announcement.takeRecording('late', one.revision, now);
              case 'submit': {
                announcement.submit(one.by, now);
                return;
              }
              case 'withdraw': {
                announcement.withdraw(now);
                return;
              }
              case 'approve': {
                announcement.approve(
                  { id: one.by, actsFor: one.actsFor, mayApproveOwn: false },
                  [one.heard === 0 ? (recordingId ?? 'none') : 'another'],
                  '',
                  now,
                );
                return;
              }
              case 'send-back': {
                announcement.sendBack({ id: one.by, actsFor: null, mayApproveOwn: false }, 'x', now);
                return;
              }
              case 'prepare': {
                announcement.prepare(true, now);
                return;
              }
            }
          });
          if (one.kind === 'approve' && outcome === 'done') {
            approvals += 1;
            expect(before).toBe('submitted');
            approved = { by: one.by, spoken: announcement.spoken, recordingId: recordingId ?? '' };
          }
          if (announcement.state !== 'approved') {
            expect(announcement.prepared).toBe(false);
            continue;
          }
          expect(approved).not.toBeNull();
          expect(announcement.currentRecordingId).toBe(approved?.recordingId);
          expect(saidIn.get(announcement.currentRecordingId ?? '')).toBe(announcement.spoken);
          expect(approved?.spoken).toBe(announcement.spoken);
          expect([announcement.authorId, announcement.submittedBy]).not.toContain(announcement.decidedBy);
          expect(announcement.selfApproved).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
    // A property that never got there would prove nothing.
    expect(approvals).toBeGreaterThan(100);
  });
});
