import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Camera } from '../camera/camera.ts';
import { CameraServer } from '../camera/camera.server.ts';
import { SCENES } from '../camera/scene.ts';
import { AddressRules } from './address-rules.ts';
import { readCameraAddress } from './camera-address.ts';
import { CameraSession } from './camera-session.undici.ts';
import { RecordingBook } from './recording-book.ts';
import { recordingOf, recordingsIn } from './recordings.ts';
import type { Recording } from './recordings.ts';
import { readXml } from './xml.ts';

const rules = new AddressRules({ allowedNetworks: ['127.0.0.0/8'], ownPorts: [], ownAddresses: [] });
const day = 86_400_000;
const source = (token: string) => ({ token, name: `Kênh ${token}`, aliases: [`config-${token}`] });
const sources = ['VideoSource_1', 'VideoSource_2', 'VideoSource_3'].map(source);

let recorder: Camera;
let server: CameraServer;
let session: CameraSession;

async function begin(recordedDays: number, clockOffsetMs = 0): Promise<void> {
  recorder = new Camera(
    {
      ...{ name: 'Đầu ghi', user: 'admin', password: 'mật-khẩu', serial: 'S1', mac: '02:00:00:00:00:01' },
      ...{ channels: 3, recordedDays },
    },
    SCENES.quiet ?? { place: 'gate', night: false, acts: [] },
  );
  recorder.setClockOffset(clockOffsetMs);
  server = new CameraServer(recorder, '127.0.0.1');
  await server.start(0);
  session = new CameraSession({
    ...{ address: readCameraAddress(server.address), username: 'admin', password: 'mật-khẩu' },
    ...{ rules, certificate: null, now: Date.now },
  });
  await session.measureClock();
}

beforeEach(() => begin(5, 180 * day));
afterEach(async () => {
  await session.close();
  await server.stop();
});

describe('what a recorder says that it keeps', () => {
  test('each channel has its own recording, by true time whatever the recorder’s clock says', async () => {
    const book = new RecordingBook(Date.now);
    const kept = await book.kept(session, 'VideoSource_2', sources, 0);
    expect(kept).toMatchObject({ result: 'ok', of: 'camera', count: 3 });
    expect(Math.abs((kept.fromAt ?? 0) - (Date.now() - 5 * day))).toBeLessThan(60_000);
    expect(Math.abs((kept.untilAt ?? 0) - Date.now())).toBeLessThan(60_000);
    await book.kept(session, 'VideoSource_3', sources, 0);
    // Asked once for all channels, and its searches were given back.
    expect(recorder.tally.requests).toMatchObject({ FindRecordings: 1, GetRecordingSearchResults: 2 });
    expect(recorder.searches.size).toBe(0);
  });

  test('of a channel that no recording names only the whole is told', async () => {
    const kept = await new RecordingBook(Date.now).kept(session, 'Elsewhere', [source('Elsewhere')], 0);
    expect(kept).toMatchObject({ result: 'ok', of: 'device', count: 3 });
    expect(kept.fromAt).not.toBeNull();
  });

  test('a device without the service keeps nothing, and a refusal is told and asked again', async () => {
    recorder.faults.add('search-refused');
    const book = new RecordingBook(Date.now);
    expect(await book.kept(session, null, [], 0)).toMatchObject({ result: 'refused', fromAt: null });
    recorder.faults.clear();
    expect(await book.kept(session, null, [], 0)).toMatchObject({ result: 'ok' });
    await session.close();
    await server.stop();
    await begin(0);
    expect(await new RecordingBook(Date.now).kept(session, null, [], 0)).toMatchObject({ result: 'none' });
  });
});

describe('a recording', () => {
  const recording = (sourceId: string, sourceName = ''): Recording => ({
    ...{ token: `r-${sourceId}`, sourceId, sourceName, fromAt: null, untilAt: null },
  });

  test('is a channel’s by the source’s token, another name of it, or its name; else it is nobody’s', () => {
    const all = [
      recording('config-VideoSource_1'),
      recording('uuid:7', 'Kênh VideoSource_2'),
      recording('9'),
    ];
    expect(recordingOf(all, 'VideoSource_1', sources)?.token).toBe('r-config-VideoSource_1');
    expect(recordingOf(all, 'VideoSource_2', sources)?.token).toBe('r-uuid:7');
    expect(recordingOf(all, 'VideoSource_3', sources)).toBeNull();
    expect(recordingOf(all, null, [])?.token).toBe('r-config-VideoSource_1');
    expect(recordingOf([], null, [])).toBeNull();
  });

  test('takes its times from its video track where it gives none itself, and 1970 for none', () => {
    const list = readXml(
      '<ResultList><SearchState>Completed</SearchState>' +
        '<RecordingInformation><RecordingToken>a</RecordingToken><Track><TrackType>Audio</TrackType>' +
        '<DataFrom>2026-01-01T00:00:00Z</DataFrom></Track><Track><TrackType>Video</TrackType>' +
        '<DataFrom>2026-11-01T00:00:00Z</DataFrom><DataTo>1970-01-01T00:00:00Z</DataTo></Track></RecordingInformation>' +
        '<RecordingInformation><Track/></RecordingInformation></ResultList>',
    );
    expect(recordingsIn(list)).toEqual([
      {
        ...{ token: 'a', sourceId: '', sourceName: '', untilAt: null },
        fromAt: Date.parse('2026-11-01T00:00:00Z'),
      },
    ]);
  });
});
