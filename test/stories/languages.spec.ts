import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnnouncementView } from '../../src/announcements/announcement.view.ts';
import type { AiringView, EmergencyView } from '../../src/broadcasts/broadcast.view.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { wavFile } from '../../src/speech/pcm.ts';
import { proveAll } from '../demo/prove-all.ts';
import { openBrowser } from '../stage/browser.ts';
import type { Pole } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { prove, samplesOf } from '../stage/proof.ts';
import { Screen } from '../stage/screen.ts';
import { Service } from '../stage/service.ts';
import { putUpPoles, recorded, scheduleAt, settle } from '../stage/village.ts';
import type { People } from '../stage/village.ts';

jest.setTimeout(240_000);

/** A computed murmur has half seconds in which nothing can be recognised; a voice has none (`wholeAbove`). */
const mostly = 0.9;

const rate = 48_000;
/** Something like speech, for a microphone that is none: a voice's pitch in syllables of a fifth of a second. */
function syllables(seconds: number): Int16Array {
  return Int16Array.from({ length: seconds * rate }, (_, at) => {
    const time = at / rate;
    const beat = Math.max(0, Math.sin(2 * Math.PI * 2.5 * time));
    const voice = [1, 2, 3, 5, 8].reduce((sum, n) => sum + Math.sin(2 * Math.PI * 160 * n * time) / n, 0);
    return Math.round(8_000 * beat * voice * (0.6 + 0.4 * Math.sin(time)));
  });
}

let directory: string;
let service: Service;
let people: People;
let poles: Pole[];
let village: string;
let announcement: AnnouncementView;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-languages-'));
  service = await Service.start({ directory });
  const { people: all, villages } = await settle(service);
  people = all;
  await people.administrator.caller.patch('/api/commune', { quietFrom: '00:00', quietUntil: '00:00' });
  village = villages[2]?.id ?? '';
  await people.administrator.caller.patch(`/api/villages/${village}`, { languages: ['rad', 'vi'] });
  poles = await putUpPoles(people.technician.caller, villages.slice(2, 3), 1, directory);
});

afterAll(async () => {
  await Promise.all(poles.map((pole) => pole.stop()));
  await service.destroy();
});

/** What a person sends as a file. */
async function putVersion(
  { id, revision }: AnnouncementView,
  language: string,
  sound: Int16Array,
): Promise<AnnouncementView> {
  const path = `/api/announcements/${id}/versions/${language}?revision=${revision}&source=file`;
  const sent = await fetch(`${service.url}${path}`, {
    method: 'PUT',
    headers: { cookie: people.editor.caller.cookies, origin: service.url, 'content-type': 'audio/wav' },
    body: new Uint8Array(wavFile([sound], rate)),
  });
  expect(sent.status).toBe(200);
  return (await sent.json()) as AnnouncementView;
}

describe('A village that hears Ê Đê first', () => {
  test('is missed while there is no version for it', async () => {
    announcement = await recorded(people.editor.caller, {
      title: 'Mời họp buôn',
      text: 'Kính mời bà con đến nhà cộng đồng họp.',
      villageIds: [village],
    });
    expect(announcement.gaps).toEqual([
      { villageId: village, villageName: 'buôn Ea Mlang', missing: ['rad'], hearsNothing: false },
    ]);
  });

  test('gets one that an editor records in the browser', async () => {
    const microphone = join(directory, 'microphone.wav');
    await writeFile(microphone, wavFile([syllables(8)], rate));
    const browser = await openBrowser([
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}`,
    ]);
    try {
      const screen = await Screen.open(browser, 'phone', service.url);
      const { page } = screen;
      await page.context().grantPermissions(['microphone']);
      const { loginName, password } = people.editor;
      await page.goto(service.url);
      await page.request.post(`${service.url}/api/session`, {
        data: { loginName, password },
        headers: { origin: service.url },
      });
      await page.goto(`${service.url}/announcements/${announcement.id}`);
      await page.getByText('Buôn Ea Mlang nghe tiếng Ê Đê: chưa có bản tiếng Ê Đê.').waitFor();
      const line = page.getByRole('region', { name: 'tiếng Ê Đê' });
      await line.getByRole('button', { name: 'Thu âm' }).click();
      const recorder = page.getByRole('dialog');
      await recorder.getByRole('button', { name: 'Thu âm' }).click();
      // Each figure stands for a second: on a loaded machine one may come and go unseen.
      await recorder.getByText(/^0:(0[4-9]|[1-5]\d)$/).waitFor();
      await recorder.getByRole('button', { name: 'Dừng thu' }).click();
      await recorder.getByRole('button', { name: 'Dùng bản này' }).click();
      await recorder.waitFor({ state: 'hidden', timeout: 90_000 });
      await line.getByRole('button', { name: 'Nghe bản tiếng Ê Đê' }).waitFor();
      expect(screen.faults).toEqual([]);
    } finally {
      await browser.close();
    }
    announcement = await people.editor.caller.get<AnnouncementView>(`/api/announcements/${announcement.id}`);
    expect(announcement.gaps).toEqual([]);
    expect(announcement.versions).toMatchObject([
      {
        language: 'rad',
        source: 'microphone',
        recordedByName: 'Nguyễn Thị Lan',
        recording: { voiceId: 'person' },
      },
    ]);
    const made = announcement.versions[0]?.recording;
    expect(Math.abs((made?.loudnessLufs ?? 0) + 16)).toBeLessThanOrEqual(0.5);
    expect(made?.truePeakDbtp).toBeLessThanOrEqual(-1.5);
  });

  test('hears both in its order, once every one of them was heard and approved', async () => {
    const path = `/api/announcements/${announcement.id}`;
    const { sounds } = announcement;
    expect(sounds.map(({ language }) => language)).toEqual(['vi', 'rad']);
    await people.editor.caller.post(`${path}/submit`);
    const [vietnamese] = sounds.map(({ recording }) => recording.id);
    await expect(
      people.approver.caller.post(`${path}/approve`, { recordingIds: [vietnamese] }),
    ).rejects.toMatchObject({ code: 'announcements.another-recording' });
    await people.approver.caller.post(`${path}/approve`, {
      recordingIds: sounds.map(({ recording }) => recording.id),
    });
    const at = Math.ceil((Date.now() + 8_000) / 1_000) * 1_000;
    const { id } = await scheduleAt(people.editor.caller, announcement.id, at, {
      kind: 'villages',
      villageIds: [village],
    });
    const range = `from=${new Date(at - 60_000).toISOString()}&until=${new Date(at + 600_000).toISOString()}`;
    const airings = await until(
      'both versions to end',
      async () => {
        const all = await people.editor.caller.get<AiringView[]>(`/api/airings?${range}&broadcastId=${id}`);
        return all.length === 2 && all.every(({ endedAt }) => endedAt !== null) ? all : undefined;
      },
      { timeoutMs: 120_000, everyMs: 500 },
    );
    expect(airings.map(({ language, state }) => [language, state])).toEqual([
      ['rad', 'played'],
      ['vi', 'played'],
    ]);
    const [first, second] = airings;
    const gapMs = Date.parse(second?.startedAt ?? '') - Date.parse(first?.endedAt ?? '');
    expect(gapMs).toBeGreaterThan(500);
    expect(gapMs).toBeLessThan(3_000);
    for (const proof of await proveAll(service, poles, airings, people.editor.caller)) {
      expect(proof.words).toContain('played');
      expect(proof.coverage).toBeGreaterThanOrEqual(mostly);
    }
  });

  test('hears one that is a recording alone: a title and a summary for the books, by the same approval', async () => {
    const { editor, approver } = people;
    const draft = await editor.caller.post<AnnouncementView>('/api/announcements', {
      ...{ title: 'Lời kêu gọi của già làng', text: '', priority: 'regular', villageIds: [village] },
    });
    const path = `/api/announcements/${draft.id}`;
    await expect(editor.caller.post(`${path}/submit`)).rejects.toMatchObject({ status: 409 });
    const made = await putVersion(draft, 'vi', syllables(5));
    expect(made).toMatchObject({ text: '', versions: [{ language: 'vi', source: 'file' }] });
    await expect(editor.caller.post(`${path}/submit`)).rejects.toMatchObject({
      code: 'announcements.summary-missing',
    });
    const summary = 'Già làng kêu gọi bà con giữ rừng.';
    await editor.caller.patch(path, { revision: made.revision, summary });
    await editor.caller.post(`${path}/submit`);
    const recordingIds = made.sounds.map(({ recording }) => recording.id);
    expect(recordingIds).toHaveLength(1);
    await expect(editor.caller.post(`${path}/approve`, { recordingIds })).rejects.toMatchObject({
      status: 403,
    });
    const approved = await approver.caller.post<AnnouncementView>(`${path}/approve`, { recordingIds });
    expect(approved).toMatchObject({ state: 'approved', summary });
    const at = Date.now() + 3_600_000;
    await scheduleAt(editor.caller, draft.id, at, { kind: 'villages', villageIds: [village] });
  });

  test('hears an emergency that was prepared in both languages in both, and one cancellation ends them', async () => {
    const { editor, approver } = people;
    const made = await recorded(editor.caller, {
      title: 'Xả lũ khẩn cấp',
      text: 'Hồ xả lũ. Bà con lên chỗ cao ngay.',
      priority: 'emergency',
      villageIds: [village],
    });
    expect(made.gaps).toMatchObject([{ missing: ['rad'], hearsNothing: false }]);
    const path = `/api/announcements/${made.id}`;
    const { sounds, gaps } = await putVersion(made, 'rad', syllables(4));
    expect(gaps).toEqual([]);
    await editor.caller.post(`${path}/submit`);
    const recordingIds = sounds.map(({ recording }) => recording.id);
    await approver.caller.post(`${path}/approve`, { recordingIds });
    await approver.caller.post(`${path}/prepared`, { prepared: true });
    await until(
      'the pole to hold both sounds',
      async () => {
        const [held] = await people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
        const { programmeHeld, audioNeeded = 0, audioReady } = held?.now ?? {};
        return (programmeHeld === true && audioNeeded >= 2 && audioReady === audioNeeded) || undefined;
      },
      { timeoutMs: 30_000 },
    );
    const raised = await editor.caller.post<EmergencyView>('/api/emergencies', {
      draftId: made.id,
      confirmation: 'PHÁT KHẨN CẤP',
      target: { kind: 'villages', villageIds: [village] },
      everySeconds: 600,
      minutes: 30,
      reason: '',
    });
    expect(raised).toMatchObject({ languages: ['vi', 'rad'], of: 1 });
    const from = new Date(Date.now() - 60_000).toISOString();
    const untilText = new Date(Date.now() + 600_000).toISOString();
    const airings = await until(
      'both languages to have been said',
      async () => {
        const all = await editor.caller.get<AiringView[]>(`/api/airings?from=${from}&until=${untilText}`);
        const urgent = all.filter(
          ({ priority, startedAt }) => priority === 'emergency' && startedAt !== null,
        );
        const other = urgent.find(({ state }) => state !== 'started' && state !== 'played');
        if (other !== undefined) throw new Error(`${other.language}: ${other.state} (${other.reason ?? ''})`);
        return urgent.length === 2 && urgent.every(({ state }) => state === 'played') ? urgent : undefined;
      },
      { timeoutMs: 120_000, everyMs: 500 },
    );
    expect(airings.map(({ language }) => language)).toEqual(['rad', 'vi']);
    const samples = new Map<string, Float32Array>();
    for (const { language, recording } of sounds) {
      const file = join(directory, `${language}.opus`);
      await writeFile(
        file,
        new Uint8Array(await (await fetch(service.url + recording.opusUrl)).arrayBuffer()),
      );
      samples.set(language, await samplesOf(file));
    }
    for (const { language, startedAt } of airings) {
      const at = Date.parse(startedAt ?? '');
      const sounding = (await poles[0]?.soundings())?.find((one) => Math.abs(one.startedAt - at) < 1_000);
      const captured = await samplesOf(sounding?.path ?? '');
      const coverage = ([code, own]: [string, Float32Array]) => ({ code, of: prove(own, captured).coverage });
      // Both open with the alarm's tune: whose words they are is told by which of the two is covered more.
      const [heard] = [...samples].map(coverage).sort((a, b) => b.of - a.of);
      expect(heard?.code).toBe(language);
      expect(heard?.of).toBeGreaterThan(0.5);
    }
    const inForce = async () =>
      (await editor.caller.get<EmergencyView[]>('/api/emergencies')).filter(
        ({ cancelledAt }) => cancelledAt === null,
      );
    expect(await inForce()).toMatchObject([{ id: raised.id, began: 1, of: 1 }]);
    await editor.caller.post(`/api/emergencies/${raised.id}/cancel`);
    await until('it to be over', async () => ((await inForce()).length === 0 ? true : undefined), {
      timeoutMs: 30_000,
    });
  });
});
