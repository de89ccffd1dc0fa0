import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnnouncementView } from '../../src/announcements/announcement.view.ts';
import type {
  AiringView,
  EmergencyDraftView,
  EmergencyView,
  SilenceView,
} from '../../src/broadcasts/broadcast.view.ts';
import type { LoudspeakerDetailView, LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import type { JournalCheckView, JournalLineView } from '../../src/journal/journal.view.ts';
import type { VillageView } from '../../src/villages/village.view.ts';
import { silenceSentence } from '../../web/src/words/silence-sentence.ts';
import { words } from '../../web/src/words/words.ts';
import { proveAll, wholeAbove } from '../demo/prove-all.ts';
import { BadLine } from '../stage/bad-line.ts';
import { clearOfMidnight } from '../stage/midnight.ts';
import type { Pole, Sounding } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { Service } from '../stage/service.ts';
import { approved, putUpDesk, putUpPoles, scheduleAt, settle } from '../stage/village.ts';
import type { People } from '../stage/village.ts';
import { writtenTimes } from '../stage/written-times.ts';
import { claimedOfTheDesk, heardByLink } from './from-the-desk.ts';
import { tomorrowAsTold, twoUrgent } from './tomorrow.ts';
import { twoAtOnce } from './two-at-once.ts';

const text =
  'Đ/c Chủ tịch UBND xã thông báo: 7h30 ngày 05/12/2027, mời bà con đến nhà văn hóa. Chi tiết xin gọi 0900 000 101.';
const soonMs = 8_000;

let directory: string;
let service: Service;
let people: People;
let villages: VillageView[];
let poles: Pole[];
let announcement: AnnouncementView;
/** What the desk said at the time at which two poles did. */
let fromDesk: { readonly at: number; readonly broadcastId: string };
/** Two priority items, for the same time, of which nobody said which goes first. */
let undecided: readonly [string, string];

const airings = async (broadcastId?: string): Promise<AiringView[]> => {
  const [from, until] = [-86_400_000, 86_400_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const all = await people.administrator.caller.get<AiringView[]>(`/api/airings?from=${from}&until=${until}`);
  return broadcastId === undefined ? all : all.filter((airing) => airing.broadcastId === broadcastId);
};

const finals = (broadcastId: string): Promise<AiringView[]> =>
  until(
    `the airings of ${broadcastId} to end`,
    async () => {
      const all = await airings(broadcastId);
      return all.length > 0 && all.every(({ state }) => state !== 'planned' && state !== 'started')
        ? all
        : undefined;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );

/** "Why was this pole silent then?", as its page answers. */
const whySilent = async (pole: Pole, at: number, isDesk = false): Promise<string> => {
  const path = `/api/loudspeakers/${pole.id}/silence?at=${new Date(at).toISOString()}`;
  return silenceSentence(await people.administrator.caller.get<SilenceView>(path), isDesk, writtenTimes);
};

const nowSounding = (pole: Pole, from: number): Promise<Sounding> =>
  until(
    `${pole.name} to sound`,
    async () => (await pole.soundings()).find(({ complete, startedAt }) => !complete && startedAt > from),
    {
      timeoutMs: 60_000,
      everyMs: 50,
    },
  );

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-story-'));
  service = await Service.start({ directory });
  ({ people, villages } = await settle(service));
  await people.administrator.caller.patch('/api/commune', { quietFrom: '00:00', quietUntil: '00:00' });
  const { caller } = people.technician;
  poles = await putUpPoles(caller, villages.slice(0, 3), 3, directory);
  poles.push(await putUpDesk(caller, villages[3], directory));
}, 120_000);

afterAll(async () => {
  await Promise.all(poles.map((pole) => pole.stop()));
  await service.destroy();
}, 60_000);

describe('The first broadcast', () => {
  test('an announcement is spoken as it will be heard, every expansion marked', async () => {
    const { caller } = people.editor;
    const draft = await caller.post<AnnouncementView>('/api/announcements', { title: 'Mời họp', text });
    expect(draft.reading.spoken.toLowerCase()).toContain('đồng chí');
    expect(draft.reading.spans.map(({ written }) => written)).toEqual(
      expect.arrayContaining(['Đ/c', '7h30', '0900 000 101']),
    );
    expect(draft.state).toBe('draft');
  });

  test('nobody approves their own, and what is not approved cannot be scheduled', async () => {
    announcement = await approved(people.editor.caller, people.approver.caller, { title: 'Mời họp', text });
    const own = await people.approver.caller.post<AnnouncementView>('/api/announcements', {
      title: 'Của tôi',
      text,
    });
    const target = { kind: 'commune' } as const;
    await expect(scheduleAt(people.editor.caller, own.id, Date.now() + 60_000, target)).rejects.toMatchObject(
      {
        code: 'announcements.not-approved',
      },
    );
    const path = `/api/announcements/${own.id}`;
    await people.approver.caller.post(`${path}/render`);
    const { recording } = await until(
      'the recording',
      async () => {
        const seen = await people.approver.caller.get<AnnouncementView>(path);
        return seen.recording === null ? undefined : seen;
      },
      { timeoutMs: 60_000 },
    );
    await people.approver.caller.post(`${path}/submit`);
    await expect(
      people.approver.caller.post(`${path}/approve`, { recordingIds: [recording?.id] }),
    ).rejects.toMatchObject({ code: 'announcements.own' });
    // The same words by the same voice are the same recording: approving binds bytes.
    expect(recording?.id).toBe(announcement.recording?.id);
  });

  test('it plays whole, on the right poles, within 50 ms of its instant on the sinks’ own clocks', async () => {
    const target = { kind: 'villages' as const, villageIds: [villages[0]?.id ?? '', villages[1]?.id ?? ''] };
    // What the desk says then, the next test looks up in its day.
    await clearOfMidnight(90_000);
    const at = Math.ceil((Date.now() + soonMs) / 1_000) * 1_000;
    const { id } = await scheduleAt(people.editor.caller, announcement.id, at, target);
    const [, , silent, desk] = poles;
    if (silent === undefined || desk === undefined) throw new Error('A pole and a desk');
    const ofDesk = { kind: 'loudspeakers' as const, loudspeakerIds: [desk.id] };
    fromDesk = { at, broadcastId: (await scheduleAt(people.editor.caller, announcement.id, at, ofDesk)).id };
    const ended = await finals(id);
    expect(ended.map(({ loudspeakerId }) => loudspeakerId).sort()).toEqual(
      poles
        .slice(0, 2)
        .map((pole) => pole.id)
        .sort(),
    );
    const proofs = await proveAll(service, poles, ended, people.editor.caller);
    for (const proof of proofs) {
      expect(proof.words).toContain('played');
      expect(proof.coverage).toBeGreaterThanOrEqual(wholeAbove);
      expect(Math.abs(proof.startErrorMs)).toBeLessThanOrEqual(50);
    }
    expect(proofs).toHaveLength(2);
    expect(await silent.soundings()).toEqual([]);
  }, 180_000);

  test('of a desk only what left it is claimed; whether it was heard a village head says by a link without an account', async () => {
    const [village, desk] = [villages[3], poles[3]];
    if (village === undefined || desk === undefined) throw new Error('A desk');
    const spoken = { ...fromDesk, airings: await finals(fromDesk.broadcastId) };
    await claimedOfTheDesk(people, desk, spoken);
    const [{ startedAt } = { startedAt: null }] = spoken.airings;
    expect(await whySilent(desk, Date.parse(startedAt ?? '') + 200, true)).toBe(
      `Lúc đó “Mời họp” đang ra khỏi bàn trực (từ ${writtenTimes.exact(startedAt ?? '')}); loa phía sau có ra tiếng hay không thì không biết được.`,
    );
    await heardByLink(service, people, village, spoken);
  }, 120_000);

  test('of two priority items at one time a person says which goes first, or the first received does; told ahead', async () => {
    const [, , decided, desk] = poles;
    if (decided === undefined || desk === undefined) throw new Error('Two poles');
    const urgent = await twoUrgent(people);
    await tomorrowAsTold(people, poles.slice(2), { regular: announcement, urgent });
    const found = await twoAtOnce(service, people, { undecided: desk, decided }, urgent);
    const order = (of: { airings: readonly AiringView[] }) => of.airings.map((airing) => airing.broadcastId);
    expect(order(found.undecided)).toEqual(found.undecided.ids);
    expect(order(found.decided)).toEqual([...found.decided.ids].reverse());
    undecided = found.undecided.ids;
  }, 240_000);

  test('one tap stops it, and the books say so', async () => {
    const scheduledAt = Date.now();
    const { id } = await scheduleAt(people.editor.caller, announcement.id, scheduledAt + soonMs, {
      kind: 'commune',
    });
    const [pole] = poles;
    if (pole === undefined) throw new Error('No pole');
    const sounding = await nowSounding(pole, scheduledAt);
    await until(
      'the screen to show it on the air',
      async () => ((await airings(id)).every(({ state }) => state === 'started') ? true : undefined),
      { timeoutMs: 30_000, everyMs: 50 },
    );
    const before = Date.now();
    await people.approver.caller.post('/api/stop', { target: { kind: 'commune' } });
    const ended = await finals(id);
    expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['stopped']));
    const whole = (await pole.soundings()).find(({ startedAt }) => startedAt === sounding.startedAt);
    expect((whole?.startedAt ?? 0) + (whole?.seconds ?? 0) * 1_000 - before).toBeLessThan(2_000);
    const [{ endedAt } = { endedAt: null }] = ended.filter(({ loudspeakerId }) => loudspeakerId === pole.id);
    expect(await whySilent(pole, Date.parse(endedAt ?? '') + 50)).toBe(
      `Có người đã bấm dừng “Mời họp” lúc ${writtenTimes.exact(endedAt ?? '')}.`,
    );
  }, 90_000);

  test('an emergency from free text takes two steps, breaks in, repeats, and ends when it is cancelled', async () => {
    const { caller } = people.approver;
    const target = { kind: 'commune' } as const;
    const draft = await caller.post<EmergencyDraftView>('/api/emergencies/drafts', {
      title: 'Nước lên nhanh',
      text: 'Khẩn cấp. Nước sông đang lên nhanh. Bà con ở gần bờ sông đi ngay đến nhà văn hóa.',
      target,
    });
    const request = { draftId: draft.id, target, everySeconds: 30, minutes: 5 };
    await expect(caller.post('/api/emergencies', { ...request, confirmation: 'ok' })).rejects.toMatchObject({
      code: 'emergencies.not-confirmed',
    });
    const [pole] = poles;
    if (pole === undefined) throw new Error('No pole');
    const scheduledAt = Date.now();
    const { id: routine } = await scheduleAt(
      people.editor.caller,
      announcement.id,
      scheduledAt + soonMs,
      target,
    );
    await nowSounding(pole, scheduledAt);
    const raised = await caller.post<EmergencyView>('/api/emergencies', {
      ...request,
      confirmation: draft.confirmation,
    });
    const began = await until(
      'every pole to speak the emergency',
      async () => {
        const spoken = (await airings(raised.id)).filter(({ startedAt }) => startedAt !== null);
        return spoken.length >= poles.length ? spoken : undefined;
      },
      { timeoutMs: 30_000, everyMs: 100 },
    );
    const delays = began.map(({ startedAt }) => Date.parse(startedAt ?? '') - Date.parse(raised.startAt));
    expect(Math.max(...delays)).toBeLessThan(2_000);
    expect(new Set((await finals(routine)).map(({ state }) => state))).toEqual(new Set(['cut']));
    await caller.post(`/api/emergencies/${raised.id}/cancel`);
    const ended = await finals(raised.id);
    expect(ended.every(({ state }) => state === 'stopped' || state === 'played')).toBe(true);
    const { cancelledAt } = await until(
      'the books to show it cancelled',
      async () => {
        const all = await caller.get<EmergencyView[]>('/api/emergencies');
        return all.find((each) => each.id === raised.id && each.cancelledAt !== null);
      },
      { timeoutMs: 30_000 },
    );
    expect(cancelledAt).not.toBeNull();
  }, 120_000);

  test('an edit voids the approval, and takes what was scheduled off the air', async () => {
    const target = { kind: 'commune' } as const;
    const other = await approved(people.editor.caller, people.approver.caller, {
      title: 'Khác',
      text: `${text} Xin cảm ơn.`,
    });
    const { id } = await scheduleAt(people.editor.caller, other.id, Date.now() + 3_600_000, target);
    expect((await airings(id)).map(({ state }) => state)).toEqual([
      'planned',
      'planned',
      'planned',
      'planned',
    ]);
    const { revision } = await people.editor.caller.get<AnnouncementView>(`/api/announcements/${other.id}`);
    const edited = await people.editor.caller.patch<AnnouncementView>(`/api/announcements/${other.id}`, {
      revision,
      text: 'Nội dung khác hẳn.',
    });
    expect(edited.state).toBe('draft');
    const withdrawn = await finals(id);
    expect(new Set(withdrawn.map(({ state }) => state))).toEqual(new Set(['cancelled']));
  }, 90_000);

  test('quiet hours refuse what is not an emergency', async () => {
    await people.administrator.caller.patch('/api/commune', { quietFrom: '21:00', quietUntil: '05:00' });
    const tomorrow = new Date(Date.now() + 86_400_000 + 7 * 3_600_000).toISOString().slice(0, 10);
    const request = {
      announcementId: announcement.id,
      target: { kind: 'commune' },
      schedule: { kind: 'once', date: tomorrow, time: '22:30' },
    };
    await expect(people.editor.caller.post('/api/broadcasts', request)).rejects.toMatchObject({
      code: 'broadcasts.quiet-hours',
      status: 400,
    });
    await people.administrator.caller.patch('/api/commune', { quietFrom: '00:00', quietUntil: '00:00' });
  });

  test('each pole that was silent has its reason in one sentence: cancelled, power cut, away', async () => {
    const [spared, cut, away] = poles;
    if (spared === undefined || cut === undefined || away === undefined) throw new Error('Three poles');
    const { editor, approver, technician } = people;
    const title = 'Nhắc họp tối';
    const { id } = await approved(editor.caller, approver.caller, {
      title,
      text: 'Mời bà con đến nhà văn hóa họp lúc bảy giờ tối nay, đông đủ và đúng giờ.',
    });
    await away.stop();
    let line = await BadLine.open(service.ports.mqtt);
    await line.leadTo(away);
    await away.start();

    // What was cut a moment ago would be the reason for as long as it was meant to sound.
    const meantUntil = (await airings())
      .filter(({ nominalAt }) => Date.parse(nominalAt) < Date.now())
      .map(({ nominalAt, plannedSeconds }) => Date.parse(nominalAt) + plannedSeconds * 1_000);
    const at = Math.ceil(Math.max(Date.now() + 15_000, ...meantUntil) / 1_000) * 1_000;
    const schedule = (pole: readonly Pole[]) =>
      scheduleAt(editor.caller, id, at, {
        kind: 'loudspeakers',
        loudspeakerIds: pole.map((each) => each.id),
      });
    const broadcast = await schedule([cut, away]);
    const withdrawn = await schedule([spared]);
    await editor.caller.post(`/api/broadcasts/${withdrawn.id}/cancel`);
    await until(
      'the poles to hold their programmes and the sound',
      async () => {
        const all = await technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
        const ready = (pole: Pole) =>
          all.some(
            ({ id: poleId, now }) =>
              poleId === pole.id && now.programmeHeld && now.audioReady === now.audioNeeded,
          );
        return ready(cut) && ready(away) ? true : undefined;
      },
      { timeoutMs: Math.max(1_000, at - Date.now()), everyMs: 200 },
    );
    const { port } = line;
    line.close();
    await Promise.all([nowSounding(cut, at - 1_000), nowSounding(away, at - 1_000)]);
    await cut.kill();
    const cutAt = Date.now();
    await cut.start();
    await until(
      'the pole that is there to have told',
      async () =>
        (await airings(broadcast.id)).some(({ state }) => state === 'interrupted') ? true : undefined,
      { timeoutMs: 60_000, everyMs: 200 },
    );
    const asked = cutAt + 200;
    expect(await whySilent(away, asked)).toMatch(
      /^Lúc đó phải phát “Nhắc họp tối”, nhưng cụm loa (mất liên lạc từ .+ nên chưa biết đã phát hay chưa|chưa báo về .+)\.$/,
    );
    // Long enough for its report to be a late one.
    const sounded = await until(
      'the pole that is away to have played whole',
      async () =>
        (await away.soundings()).find(({ complete, startedAt }) => complete && startedAt >= at - 1_000),
      { timeoutMs: 60_000 },
    );
    // By what its sink heard: on a slow machine that is longer than the sound.
    const lateAt = sounded.startedAt + sounded.seconds * 1_000 + 8_000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, lateAt - Date.now())));
    line = await BadLine.open(service.ports.mqtt, port);
    try {
      const ended = await finals(broadcast.id);
      const of = (pole: Pole) => ended.find(({ loudspeakerId }) => loudspeakerId === pole.id);
      expect([cut, away].map((pole) => of(pole)?.state)).toEqual(['interrupted', 'played']);
      const since = writtenTimes.exact(of(cut)?.endedAt ?? '');
      expect(await whySilent(cut, asked)).toBe(
        `“${title}” bị gián đoạn lúc ${since}: thiết bị mất điện, bị tắt, hoặc tăng âm ngừng ra tiếng giữa chừng.`,
      );
      const { startedAt, reportedAt } = of(away) ?? { startedAt: null, reportedAt: null };
      expect(await whySilent(away, Date.parse(startedAt ?? '') + 100)).toBe(
        `Lúc đó cụm loa mất liên lạc với máy chủ nhưng vẫn phát “${title}” (từ ${writtenTimes.exact(startedAt ?? '')}); đến ${writtenTimes.withDay(reportedAt ?? '')} mới báo về được.`,
      );
      expect(await whySilent(spared, asked)).toBe(`“${title}” đã được hủy trước giờ phát.`);
    } finally {
      line.close();
    }
  }, 240_000);

  test('a box is replaced: the new one knows its days, the old one is shut out', async () => {
    const [pole] = poles;
    if (pole === undefined) throw new Error('No pole');
    const path = `/api/loudspeakers/${pole.id}`;
    const { caller } = people.technician;
    const before = await caller.get<LoudspeakerDetailView>(path);
    const next = (await putUpReplacement(pole)).boxes;
    expect(next).toHaveLength(before.boxes.length + 1);
    expect(next.filter(({ replacedAt }) => replacedAt === null)).toHaveLength(1);

    async function putUpReplacement(old: Pole): Promise<LoudspeakerDetailView> {
      const replacement = old.another(join(directory, 'replacement'));
      await replacement.enrol(caller);
      poles.push(replacement);
      return until(
        'the new box to hold the programme',
        async () => {
          const detail = await caller.get<LoudspeakerDetailView>(path);
          return detail.boxes.length > before.boxes.length && detail.now.programmeHeld ? detail : undefined;
        },
        { timeoutMs: 30_000 },
      );
    }
  }, 60_000);

  test('the journal tells it all, and stands', async () => {
    const lines = await until(
      'the journal to say that nobody decided',
      async () => {
        const all = await people.approver.caller.get<JournalLineView[]>('/api/journal?limit=500');
        const found = all.filter(({ action }) => action === 'broadcasts.collision-undecided');
        return found.length > 0 ? found : undefined;
      },
      { timeoutMs: 90_000 },
    );
    const [earlierId, laterId] = undecided;
    expect(lines).toMatchObject([{ subjectId: earlierId, facts: { earlierId, laterId, poles: 1 } }]);
    expect(words.journalActions['broadcasts.collision-undecided']).toContain('không ai chọn');
    const check = await people.approver.caller.post<JournalCheckView>('/api/journal/check');
    expect(check).toMatchObject({ firstFaultAt: null, fault: null });
    expect(check.lines).toBeGreaterThan(20);
  }, 120_000);
});
