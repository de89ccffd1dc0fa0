import sharp from 'sharp';
import type { Right } from '../../../src/access/rights.ts';
import { meetingForm } from './world.ts';
import type { World } from './world.ts';

/** One call of a route. What is not given is empty. */
export interface Call {
  /** Fills `{id}`, `{code}` or `{sha256}` of the path. */
  readonly at?: string | undefined;
  readonly query?: string;
  readonly body?: unknown;
}

export interface Row {
  /** The right that the route needs, or why it is open. */
  readonly needs: Right | { readonly open: string };
  /** A call that makes sense in the first commune. `unique` differs at each call. */
  readonly genuine: (world: World, unique: number) => Call | Promise<Call>;
  /** The code with which even that call is refused here; left out, it succeeds. */
  readonly refusedAs?: string;
  /** Why another commune's person may get a success for the very same call; left out, it names nothing of anybody. */
  readonly foreignMay?: string;
}

const nothing = (): Call => ({});
const words = (unique: number, text = 'Mời bà con đi họp.') => ({ title: `Bản tin số ${unique}`, text });
const day = 86_400_000;
const date = (days: number): string => new Date(Date.now() + days * day).toISOString().slice(0, 10);
const range = `?from=${new Date(Date.now() - day).toISOString()}&until=${new Date(Date.now() + 2 * day).toISOString()}`;
const someId = '01a2004b-0000-7000-8000-000000000000';
export const openByHash = 'open to whoever knows the hash, tags and all';
const demonstration = { needs: 'session', refusedAs: 'demonstration.none' } as const;

/** Every route there is: what it needs, and how it is called. In the order in which the first commune calls them. */
export const rows: Readonly<Record<string, Row>> = {
  'GET /api/health': { needs: { open: 'a monitor has no account' }, genuine: nothing },
  'GET /api/setup': { needs: { open: 'before set-up nobody has an account' }, genuine: nothing },
  'POST /api/setup': {
    needs: { open: 'the printed token lets in, once' },
    refusedAs: 'accounts.set-up-token',
    genuine: (_, unique) => ({
      body: {
        token: 'not-the-token',
        communeName: 'xã Không Có',
        displayName: 'Không Ai',
        loginName: `khong-ai-${unique}`,
        password: 'Mat-khau-dai-1',
      },
    }),
  },
  'POST /api/session': {
    needs: { open: 'who signs in has no session yet' },
    genuine: ({ people: { editor } }) => ({
      body: { loginName: editor.loginName, password: editor.password },
    }),
    foreignMay: 'whoever has the name and the password is that person',
  },
  'POST /api/session/link': {
    needs: { open: "the link's token is the proof" },
    refusedAs: 'accounts.link',
    genuine: () => ({ body: { token: 'not-a-token' } }),
  },
  'POST /device/enrol': {
    needs: { open: 'a new box has nothing but its one-time code' },
    refusedAs: 'request.invalid',
    genuine: () => ({ body: { v: 1, code: 'AAAA-BBBB-CCCC-DDDD' } }),
  },
  'POST /detector/v1/detections': {
    needs: { open: 'a detector has no session: its key says who it is' },
    refusedAs: 'detectors.no-key',
    genuine: () => ({ body: { v: 1 } }),
  },
  'PUT /detector/v1/pictures/{sha256}': {
    needs: { open: 'a detector has no session: its key says who it is' },
    refusedAs: 'detectors.no-key',
    genuine: () => ({ at: 'ab'.repeat(32) }),
  },
  'POST /detector/v1/alive': {
    needs: { open: 'a detector has no session: its key says who it is' },
    refusedAs: 'detectors.no-key',
    genuine: nothing,
  },
  'POST /device/return': {
    needs: { open: 'a box that was turned away has nothing but the word that was signed for it' },
    refusedAs: 'boxes.not-back',
    genuine: () => ({ body: { commune: someId, membership: 'not one' } }),
  },
  'HEAD /audio/{sha256}': {
    needs: { open: 'named by its hash, which nobody guesses; poles and mirrors have no session' },
    genuine: ({ approved }) => ({ at: approved.recording?.opusUrl.split('/').at(-1) }),
    foreignMay: openByHash,
  },
  'GET /audio/{sha256}': {
    needs: { open: 'named by its hash, which nobody guesses; poles and mirrors have no session' },
    genuine: ({ approved }) => ({ at: approved.recording?.opusUrl.split('/').at(-1) }),
    foreignMay: openByHash,
  },

  'GET /api/session': { needs: 'session', genuine: nothing },
  'POST /api/session/password': {
    needs: 'session',
    refusedAs: 'accounts.wrong-password',
    genuine: () => ({ body: { current: 'it is not this one', next: 'Mat-khau-moi-2026' } }),
  },
  'GET /api/live': { needs: 'session', genuine: nothing },
  'GET /api/speech/tunes/{id}': { needs: 'session', genuine: () => ({ at: 'two-bells' }) },
  'GET /api/speech/voice': { needs: 'session', genuine: nothing },
  'GET /api/speech/voices': { needs: 'commune.manage', genuine: nothing },
  'PUT /api/speech/voices': {
    needs: 'commune.manage',
    genuine: () => ({ body: { routine: 'espeak:vi', emergency: null } }),
  },
  'POST /api/speech/voices/look': { needs: 'commune.manage', genuine: nothing },
  'GET /api/speech/voices/sample': {
    needs: 'commune.manage',
    genuine: () => ({ query: '?key=espeak%3Avi' }),
  },
  'GET /api/commune': { needs: 'session', genuine: nothing },
  'PATCH /api/commune': {
    needs: 'commune.manage',
    genuine: () => ({ body: { quietFrom: '22:00', quietUntil: '05:00' } }),
  },
  'GET /api/commune/signing-key': { needs: 'commune.manage', genuine: nothing },
  'PUT /api/commune/signing-key': {
    needs: 'commune.manage',
    genuine: ({ rootPrivateKey }) => ({ body: { rootPrivateKey } }),
  },

  'GET /api/people': { needs: 'accounts.manage', genuine: nothing },
  'GET /api/people/approvers': { needs: 'announcements.write', genuine: nothing },
  'GET /api/people/colleagues': { needs: 'announcements.approve', genuine: nothing },
  'POST /api/people': {
    needs: 'accounts.manage',
    genuine: ({ village }, unique) => ({
      body: {
        loginName: `nguoi-moi-${unique}`,
        displayName: 'Người Mới',
        roles: ['villageHead'],
        villageIds: [village.id],
        password: 'Mat-khau-dau-1',
      },
    }),
  },
  'PATCH /api/people/{id}': {
    needs: 'accounts.manage',
    genuine: ({ spare }) => ({ at: spare.id, body: { phone: '0900000000' } }),
  },
  'POST /api/people/{id}/password': {
    needs: 'accounts.manage',
    genuine: ({ spare }) => ({ at: spare.id, body: { password: 'Mat-khau-khac-1' } }),
  },
  'POST /api/people/{id}/sign-in-link': {
    needs: 'accounts.manage',
    genuine: ({ spare }) => ({ at: spare.id, body: { minutes: 5 } }),
  },
  'GET /api/delegations': { needs: 'announcements.approve', genuine: nothing },
  'POST /api/delegations': {
    needs: 'announcements.approve',
    genuine: ({ people: { editor } }) => ({
      body: { toPersonId: editor.id, fromDate: date(400), untilDate: date(401) },
    }),
  },
  'DELETE /api/delegations/{id}': {
    needs: 'announcements.approve',
    genuine: ({ delegation }) => ({ at: delegation.id }),
  },
  'GET /api/journal': { needs: 'journal.read', genuine: nothing },
  'POST /api/journal/check': { needs: 'journal.read', genuine: nothing },

  'PUT /api/announcements/{id}/versions/{language}': {
    needs: 'announcements.write',
    refusedAs: 'speech.import-empty',
    genuine: ({ draft }) => ({ at: draft.id, query: `?revision=${draft.revision}&source=file` }),
  },
  'PATCH /api/announcements/{id}/versions/{language}': {
    needs: 'announcements.write',
    refusedAs: 'announcements.no-such-version',
    genuine: ({ draft }) => ({
      at: draft.id,
      body: { revision: draft.revision, title: 'Klei bi hưn', summary: '' },
    }),
  },
  'DELETE /api/announcements/{id}/versions/{language}': {
    needs: 'announcements.write',
    refusedAs: 'announcements.no-such-version',
    genuine: ({ draft }) => ({ at: draft.id, query: `?revision=${draft.revision}` }),
  },
  'GET /api/languages': { needs: 'session', genuine: nothing },
  'GET /api/villages': { needs: 'villages.read', genuine: nothing },
  'POST /api/villages': {
    needs: 'villages.manage',
    genuine: (_, unique) => ({ body: { word: 'thôn', name: `Mới ${unique}` } }),
  },
  'PATCH /api/villages/{id}': {
    needs: 'villages.manage',
    genuine: ({ village }) => ({ at: village.id, body: { position: 7 } }),
  },

  'POST /api/villages/{id}/retire': {
    needs: 'villages.manage',
    refusedAs: 'villages.in-use',
    genuine: ({ village }) => ({ at: village.id }),
  },

  'POST /api/speech/reading': {
    needs: 'announcements.write',
    genuine: () => ({ body: { text: 'Họp lúc 7h30.' } }),
  },
  'POST /api/speech/preview': {
    needs: 'announcements.write',
    genuine: () => ({ body: { text: 'Họp lúc bảy giờ.' } }),
  },

  'GET /api/lexicon': { needs: 'lexicon.read', genuine: () => ({ query: '?words=UBND' }) },
  'GET /api/lexicon/versions': { needs: 'lexicon.read', genuine: nothing },
  'GET /api/lexicon/file': { needs: 'lexicon.read', genuine: nothing },
  'POST /api/lexicon/entries': {
    needs: 'lexicon.write',
    genuine: (_, unique) => ({ body: lexiconEntry(`VT ${unique}`) }),
  },
  'PUT /api/lexicon/entries/{id}': {
    needs: 'lexicon.write',
    genuine: ({ lexiconEntries: [entry] }) => ({ at: entry.id, body: lexiconEntry(entry.written) }),
  },
  'POST /api/lexicon/entries/{id}/retire': {
    needs: 'lexicon.write',
    genuine: ({ lexiconEntries: [, entry] }) => ({ at: entry.id }),
  },
  'POST /api/lexicon/affected': {
    needs: 'lexicon.write',
    genuine: () => ({ body: { entry: lexiconEntry('UBND') } }),
  },
  'POST /api/lexicon/promote': {
    needs: 'lexicon.write',
    genuine: (_, unique) => ({ body: { written: `PM ${unique}`, spoken: 'cách đọc' } }),
  },
  'POST /api/lexicon/import': {
    needs: 'lexicon.write',
    genuine: (_, unique) => ({ body: { file: `NK ${unique}\tword\tnhập khẩu` } }),
  },
  'POST /api/lexicon/revert': { needs: 'lexicon.write', genuine: () => ({ body: { version: 1 } }) },
  'POST /api/lexicon/hear': { needs: 'lexicon.write', genuine: () => ({ body: { spoken: 'i băm' } }) },

  'GET /api/announcements': { needs: 'announcements.read', genuine: nothing },
  'POST /api/announcements': {
    needs: 'announcements.write',
    genuine: ({ village }, unique) => ({ body: { ...words(unique), villageIds: [village.id] } }),
    foreignMay: "another's village is an id without a village there",
  },
  'GET /api/announcements/by-code/{code}': {
    needs: 'announcements.read',
    genuine: ({ approved }) => ({ at: approved.shortCode }),
  },
  'GET /api/announcements/{id}': {
    needs: 'announcements.read',
    genuine: ({ approved }) => ({ at: approved.id }),
  },
  'PATCH /api/announcements/{id}': {
    needs: 'announcements.write',
    genuine: ({ draft }) => ({
      at: draft.id,
      body: { revision: draft.revision, text: 'Mời bà con đi tiêm phòng.' },
    }),
  },
  'GET /api/announcement-templates': { needs: 'announcements.write', genuine: nothing },
  'POST /api/announcement-templates/{templateId}/preview': {
    needs: 'announcements.write',
    genuine: () => ({ at: 'meeting', body: { values: {} } }),
  },
  'POST /api/announcements/with-form': {
    needs: 'announcements.write',
    genuine: ({ village }) => ({
      body: { templateId: 'meeting', values: meetingForm, priority: 'regular', villageIds: [village.id] },
    }),
    foreignMay: "another's village is an id without a village there",
  },
  'PUT /api/announcements/{id}/form': {
    needs: 'announcements.write',
    genuine: ({ formed }) => ({
      at: formed.id,
      body: {
        revision: formed.revision,
        values: meetingForm,
        priority: 'regular',
        villageIds: formed.villageIds,
      },
    }),
  },
  'POST /api/announcements/{id}/render': {
    needs: 'announcements.write',
    genuine: ({ draft }) => ({ at: draft.id }),
  },
  'POST /api/announcements/{id}/stop-rendering': {
    needs: 'announcements.write',
    genuine: ({ draft }) => ({ at: draft.id }),
  },
  'POST /api/announcements/{id}/submit': {
    needs: 'announcements.write',
    genuine: ({ recorded }) => ({ at: recorded.id }),
  },
  'POST /api/announcements/{id}/approve': {
    needs: 'announcements.approve',
    genuine: ({ submitted }) => ({
      at: submitted[0].id,
      body: { recordingIds: [submitted[0].recording?.id] },
    }),
  },
  'POST /api/announcements/{id}/send-back': {
    needs: 'announcements.approve',
    genuine: ({ submitted }) => ({ at: submitted[1].id, body: { note: 'Viết lại giờ họp.' } }),
  },
  'POST /api/announcements/{id}/withdraw': {
    needs: 'announcements.write',
    genuine: ({ submitted }) => ({ at: submitted[2].id }),
  },
  'POST /api/announcements/{id}/duplicate': {
    needs: 'announcements.write',
    genuine: ({ approved }) => ({ at: approved.id }),
  },
  'POST /api/announcements/{id}/prepared': {
    needs: 'announcements.approve',
    genuine: ({ prepared }) => ({ at: prepared.id, body: { prepared: true } }),
  },

  'GET /api/boxes/strangers': { needs: 'loudspeakers.manage', genuine: nothing },
  'GET /api/loudspeakers': { needs: 'loudspeakers.read', genuine: nothing },
  'POST /api/loudspeakers': {
    needs: 'loudspeakers.manage',
    genuine: ({ village }, unique) => ({ body: { name: `Cụm loa ${unique}`, villageId: village.id } }),
  },
  'GET /api/loudspeakers/{id}': { needs: 'loudspeakers.read', genuine: ({ pole }) => ({ at: pole.id }) },
  'PATCH /api/loudspeakers/{id}': {
    needs: 'loudspeakers.manage',
    genuine: ({ pole }) => ({ at: pole.id, body: { offsetMs: 250 } }),
  },
  'POST /api/loudspeakers/{id}/settings': {
    needs: 'loudspeakers.manage',
    // It is not ahead of the books.
    refusedAs: 'loudspeakers.not-ahead',
    genuine: ({ pole }) => ({ at: pole.id, body: { count: 'books', version: 9 } }),
  },
  'POST /api/loudspeakers/{id}/enrolment': {
    needs: 'loudspeakers.manage',
    genuine: ({ pole }) => ({ at: pole.id }),
  },
  'GET /api/loudspeakers/{id}/checklist': {
    needs: 'loudspeakers.read',
    genuine: ({ pole }) => ({ at: pole.id }),
  },
  'PUT /api/loudspeakers/{id}/checklist': {
    needs: 'loudspeakers.manage',
    genuine: ({ pole }) => ({ at: pole.id, body: { item: 'earthing', isGood: true } }),
  },
  'POST /api/loudspeakers/{id}/photos': {
    needs: 'loudspeakers.manage',
    genuine: async ({ pole }, unique) => {
      const jpeg = sharp({
        create: { width: 8 + unique, height: 8, channels: 3, background: '#808080' },
      }).jpeg();
      const picture = (await jpeg.toBuffer()).toString('base64');
      return { at: pole.id, body: { item: 'earthing', picture } };
    },
  },
  'GET /api/pole-photos/{id}': {
    needs: 'loudspeakers.read',
    refusedAs: 'loudspeakers.no-photo',
    genuine: () => ({ at: someId }),
  },
  'DELETE /api/pole-photos/{id}': {
    needs: 'loudspeakers.manage',
    refusedAs: 'loudspeakers.no-photo',
    genuine: () => ({ at: someId }),
  },
  'GET /api/loudspeakers/{id}/tasks': {
    needs: 'loudspeakers.manage',
    genuine: ({ pole }) => ({ at: pole.id }),
  },
  'POST /api/loudspeakers/{id}/tasks': {
    needs: 'loudspeakers.manage',
    // No box stands there.
    refusedAs: 'loudspeakers.not-online',
    genuine: ({ pole }) => ({ at: pole.id, body: { kind: 'restart' } }),
  },
  'GET /api/loudspeakers/{id}/logs': {
    needs: 'loudspeakers.manage',
    genuine: ({ pole }) => ({ at: pole.id }),
  },
  'POST /api/loudspeakers/{id}/retire': {
    needs: 'loudspeakers.manage',
    genuine: ({ oldPole }) => ({ at: oldPole.id }),
  },

  'GET /api/today': { needs: 'broadcasts.read', genuine: nothing },
  'GET /api/safety': { needs: 'broadcasts.read', genuine: nothing },
  'GET /api/week': { needs: 'broadcasts.read', genuine: () => ({ query: `?from=${date(0)}` }) },
  'GET /api/airings': {
    needs: 'broadcasts.read',
    genuine: ({ pole, broadcast }) => ({
      query: `${range}&loudspeakerId=${pole.id}&broadcastId=${broadcast.id}`,
    }),
    foreignMay: 'an empty list',
  },
  'GET /api/loudspeakers/{id}/ahead': {
    needs: 'broadcasts.read',
    genuine: ({ pole }) => ({ at: pole.id, query: `?from=${new Date().toISOString()}&days=1` }),
  },
  'GET /api/loudspeakers/{id}/silence': {
    needs: 'broadcasts.read',
    genuine: ({ pole }) => ({ at: pole.id, query: `?at=${new Date().toISOString()}` }),
    foreignMay: 'nothing was ever enrolled there, as for any id',
  },
  'GET /api/alarms': { needs: 'loudspeakers.read', genuine: nothing },
  'POST /api/alarms/{id}/acknowledge': {
    needs: 'loudspeakers.manage',
    refusedAs: 'loudspeakers.no-alarm',
    genuine: () => ({ at: someId, body: { note: '' } }),
  },
  'GET /api/hearings': { needs: 'broadcasts.read', genuine: () => ({ query: range }) },
  'POST /api/hearings': {
    needs: 'broadcasts.confirm',
    refusedAs: 'broadcasts.nothing-aired',
    genuine: ({ broadcast, village }) => ({
      body: {
        broadcastId: broadcast.id,
        villageId: village.id,
        nominalAt: new Date(Date.now() - day).toISOString(),
        heard: 'clear',
      },
    }),
  },
  'POST /api/hearings/links': {
    needs: 'broadcasts.schedule',
    genuine: ({ broadcast, village }) => ({ body: { broadcastId: broadcast.id, villageId: village.id } }),
  },
  'POST /api/hearings/asked': {
    needs: { open: "the link's token is the proof" },
    refusedAs: 'broadcasts.hearing-link-over',
    genuine: () => ({ body: { token: '0'.repeat(43) } }),
  },
  'POST /api/hearings/answers': {
    needs: { open: "the link's token is the proof" },
    refusedAs: 'broadcasts.hearing-link-over',
    genuine: () => ({
      body: { token: '0'.repeat(43), nominalAt: new Date().toISOString(), heard: 'clear' },
    }),
  },
  'GET /api/collisions': { needs: 'broadcasts.read', genuine: nothing },
  'POST /api/collisions': {
    needs: 'broadcasts.schedule',
    refusedAs: 'broadcasts.no-collision',
    genuine: ({ broadcast }) => ({ body: { firstId: broadcast.id, secondId: someId } }),
  },
  'GET /api/broadcasts': { needs: 'broadcasts.read', genuine: nothing },
  'POST /api/broadcasts/preview': {
    needs: 'broadcasts.schedule',
    genuine: ({ approved, pole }) => ({ body: scheduleOf(approved.id, pole.id) }),
  },
  'POST /api/broadcasts': {
    needs: 'broadcasts.schedule',
    genuine: ({ approved, pole }) => ({ body: scheduleOf(approved.id, pole.id) }),
  },
  'GET /api/broadcasts/{id}': {
    needs: 'broadcasts.read',
    genuine: ({ broadcast }) => ({ at: broadcast.id }),
  },
  'POST /api/broadcasts/{id}/cancel': {
    needs: 'broadcasts.schedule',
    genuine: ({ broadcast }) => ({ at: broadcast.id }),
  },
  'POST /api/stop': {
    needs: 'broadcasts.stop',
    genuine: ({ pole }) => ({ body: { target: { kind: 'loudspeakers', loudspeakerIds: [pole.id] } } }),
  },

  'GET /api/emergencies': { needs: 'broadcasts.read', genuine: nothing },
  'GET /api/emergencies/prepared': { needs: 'emergencies.raise', genuine: nothing },
  'POST /api/emergencies/drafts': {
    needs: 'emergencies.raise',
    genuine: ({ pole }) => ({
      body: {
        title: 'Nước lên',
        text: 'Nước lên nhanh.',
        target: { kind: 'loudspeakers', loudspeakerIds: [pole.id] },
      },
    }),
  },
  'POST /api/emergencies': {
    needs: 'emergencies.raise',
    genuine: ({ emergencyDraft, pole }) => ({
      body: {
        draftId: emergencyDraft.id,
        confirmation: emergencyDraft.confirmation,
        target: { kind: 'loudspeakers', loudspeakerIds: [pole.id] },
        minutes: 5,
      },
    }),
  },
  'POST /api/emergencies/{id}/cancel': {
    needs: 'emergencies.raise',
    genuine: ({ emergency }) => ({ at: emergency.id }),
  },

  'GET /api/cameras': { needs: 'cameras.read', genuine: nothing },
  'POST /api/cameras': {
    needs: 'cameras.manage',
    genuine: ({ village }, unique) => ({
      body: {
        name: `Camera ${unique}`,
        villageId: village.id,
        purpose: 'An ninh',
        legalBasis: 'Luật 91/2025/QH15',
        noticePosted: true,
        owner: 'Công an xã',
        address: `127.0.0.1:${10 + (unique % 10)}`,
        username: 'xem',
        password: 'Xem-thoi-1',
      },
    }),
  },
  'POST /api/cameras/table': {
    needs: 'cameras.manage',
    genuine: () => ({
      body: {
        dryRun: true,
        text:
          'Tên điểm camera,Thôn,Vị trí,Địa chỉ,Tài khoản,Mật khẩu,Mục đích,Căn cứ pháp lý,Biển báo,' +
          'Người chịu trách nhiệm,Số ngày lưu\nCổng,Nơi khác,,127.0.0.1:9,xem,Xem-thoi-1,An ninh,Luật,có,Công an,30',
      },
    }),
  },
  'GET /api/cameras/{id}': { needs: 'cameras.read', genuine: ({ camera }) => ({ at: camera.id }) },
  'PATCH /api/cameras/{id}': {
    needs: 'cameras.manage',
    genuine: ({ camera }) => ({ at: camera.id, body: { noticePosted: false } }),
  },
  'POST /api/cameras/{id}/certificate': {
    needs: 'cameras.manage',
    refusedAs: 'cameras.certificate-other',
    genuine: ({ camera }) => ({ at: camera.id, body: { sha256: 'ab'.repeat(32) } }),
  },
  'POST /api/cameras/{id}/device': {
    needs: 'cameras.manage',
    refusedAs: 'cameras.no-other-device',
    genuine: ({ camera }) => ({ at: camera.id }),
  },
  'POST /api/cameras/{id}/connector': {
    needs: 'cameras.manage',
    genuine: ({ camera }) => ({ at: camera.id, body: { connectorId: camera.connectorId } }),
  },
  'POST /api/cameras/{id}/viewings': { needs: 'cameras.watch', genuine: ({ camera }) => ({ at: camera.id }) },
  'GET /api/camera-health': { needs: 'cameras.read', genuine: nothing },
  'GET /api/camera-health/sheet': {
    needs: 'cameras.read',
    genuine: () => ({ query: '?from=2026-01-05T00:00:00Z&until=2026-01-12T00:00:00Z' }),
  },
  'GET /api/cameras/{id}/health': { needs: 'cameras.read', genuine: ({ camera }) => ({ at: camera.id }) },
  'POST /api/cameras/{id}/health/check': {
    needs: 'cameras.manage',
    genuine: ({ camera }) => ({ at: camera.id }),
  },
  'POST /api/cameras/{id}/health/reference': {
    needs: 'cameras.manage',
    refusedAs: 'camera-health.still-missing',
    genuine: ({ camera }) => ({ at: camera.id, body: { stillId: camera.id } }),
  },
  'GET /api/camera-stills/{id}/picture': {
    needs: 'cameras.read',
    refusedAs: 'camera-health.still-missing',
    genuine: ({ camera }) => ({ at: camera.id }),
  },
  'GET /api/recorders': { needs: 'cameras.read', genuine: nothing },
  'POST /api/recorders': {
    needs: 'cameras.manage',
    genuine: (_, unique) => ({
      body: {
        name: `Đầu ghi ${unique}`,
        ...{ address: `127.0.0.1:${20 + (unique % 10)}`, username: 'admin', password: 'Dau-ghi-1' },
      },
    }),
  },
  'GET /api/recorders/{id}': {
    needs: 'cameras.read',
    genuine: ({ camera }) => ({ at: camera.deviceId }),
  },
  'PATCH /api/recorders/{id}': {
    needs: 'cameras.manage',
    genuine: ({ camera }) => ({ at: camera.deviceId, body: { name: 'Đầu ghi' } }),
  },
  'POST /api/recorders/{id}/channels': {
    needs: 'cameras.manage',
    refusedAs: 'cameras.channel-unknown',
    genuine: ({ camera, village }) => ({
      at: camera.deviceId,
      body: {
        channels: [
          {
            ...{ channel: '2', name: 'Kênh 2', villageId: village.id, purpose: 'An ninh' },
            ...{ legalBasis: 'Luật 91/2025/QH15', noticePosted: true, owner: 'Công an xã' },
          },
        ],
      },
    }),
  },
  'POST /api/recorders/{id}/certificate': {
    needs: 'cameras.manage',
    refusedAs: 'cameras.certificate-other',
    genuine: ({ camera }) => ({ at: camera.deviceId, body: { sha256: 'ab'.repeat(32) } }),
  },
  'POST /api/recorders/{id}/device': {
    needs: 'cameras.manage',
    refusedAs: 'cameras.no-other-device',
    genuine: ({ camera }) => ({ at: camera.deviceId }),
  },
  'POST /api/recorders/{id}/connector': {
    needs: 'cameras.manage',
    genuine: ({ camera }) => ({ at: camera.deviceId, body: { connectorId: camera.connectorId } }),
  },
  'GET /api/recorders/{id}/picture': {
    needs: 'cameras.watch',
    refusedAs: 'cameras.channel-unknown',
    genuine: ({ camera }) => ({ at: camera.deviceId, query: '?channel=2' }),
  },
  'GET /api/recorders/{id}/strays': {
    needs: 'events.read',
    genuine: ({ camera }) => ({ at: camera.deviceId }),
  },
  'POST /api/cameras/{id}/retire': { needs: 'cameras.manage', genuine: ({ camera }) => ({ at: camera.id }) },
  'POST /api/recorders/{id}/retire': {
    needs: 'cameras.manage',
    genuine: ({ camera }) => ({ at: camera.deviceId }),
  },
  'GET /api/cameras/{id}/event-styles': {
    needs: 'cameras.read',
    genuine: ({ camera }) => ({ at: camera.id }),
  },
  'PUT /api/cameras/{id}/event-styles': {
    needs: 'cameras.manage',
    refusedAs: 'camera-events.topic-missing',
    genuine: ({ camera }) => ({ at: camera.id, body: { topic: 'Device/Trigger/DigitalInput', style: null } }),
  },
  'GET /api/detectors': { needs: 'cameras.read', genuine: nothing },
  'POST /api/detectors': {
    needs: 'cameras.manage',
    genuine: ({ camera }, unique) => ({
      body: {
        ...{ name: `Máy ${unique}`, form: 'envelope', modelName: 'yolo' },
        watched: [{ pointId: camera.pointId, name: '' }],
      },
    }),
  },
  'PATCH /api/detectors/{id}': {
    needs: 'cameras.manage',
    genuine: ({ detector }) => ({ at: detector.id, body: { modelVersion: '11n' } }),
  },
  'GET /api/detectors/{id}/setup': {
    needs: 'cameras.manage',
    genuine: ({ detector }) => ({ at: detector.id }),
  },
  'POST /api/detectors/{id}/key': {
    needs: 'cameras.manage',
    genuine: ({ detector }) => ({ at: detector.id }),
  },
  'POST /api/detectors/{id}/revoke': {
    needs: 'cameras.manage',
    genuine: ({ detector }) => ({ at: detector.id }),
  },
  'GET /api/event-topics': { needs: 'cameras.read', genuine: nothing },
  'PUT /api/event-topics': {
    needs: 'cameras.manage',
    genuine: () => ({ body: { topic: 'Vendor/Own/Invention', kind: 'person' } }),
  },
  'POST /api/event-topics/reread': { needs: 'cameras.manage', genuine: nothing },
  'GET /api/viewings/{id}/picture': {
    needs: 'cameras.watch',
    refusedAs: 'viewings.missing',
    genuine: () => ({ at: someId }),
  },
  'GET /api/viewings/{id}/turning': {
    needs: 'cameras.turn',
    refusedAs: 'viewings.missing',
    genuine: () => ({ at: someId }),
  },
  'POST /api/viewings/{id}/turns': {
    needs: 'cameras.turn',
    refusedAs: 'viewings.missing',
    genuine: () => ({ at: someId, body: { place: null } }),
  },
  'POST /api/viewings/{id}/continue': {
    needs: 'cameras.watch',
    refusedAs: 'viewings.missing',
    genuine: () => ({ at: someId }),
  },
  'DELETE /api/viewings/{id}': {
    needs: 'cameras.watch',
    genuine: () => ({ at: someId }),
    foreignMay: 'what is over, or never was, is over',
  },
  'GET /api/camera-search/known': {
    needs: 'cameras.manage',
    genuine: () => ({ query: '?address=192.168.1.64' }),
  },
  'GET /api/cameras/twins': { needs: 'cameras.read', genuine: nothing },
  'GET /api/camera-search': { needs: 'cameras.manage', genuine: nothing },
  'POST /api/camera-search': {
    needs: 'cameras.manage',
    refusedAs: 'cameras.connector-offline',
    genuine: ({ connector }) => ({ body: { connectorId: connector.id, ranges: ['127.0.0.9/32'] } }),
  },
  'POST /api/camera-search/stop': { needs: 'cameras.manage', genuine: nothing },
  'GET /api/connectors': { needs: 'cameras.read', genuine: nothing },
  'POST /api/connectors': {
    needs: 'cameras.manage',
    genuine: (_, unique) => ({ body: { name: `Điểm ${unique}` } }),
  },
  'POST /api/connectors/{id}/enrolment': {
    needs: 'cameras.manage',
    genuine: ({ connector }) => ({ at: connector.id }),
  },
  'GET /api/camera-events': {
    needs: 'events.read',
    genuine: ({ event }) => ({ query: `?cameraId=${event.cameraId}` }),
    foreignMay: 'an empty list',
  },
  'GET /api/camera-events/{id}': { needs: 'events.read', genuine: ({ event }) => ({ at: event.id }) },
  'GET /api/camera-events/{id}/picture': { needs: 'events.read', genuine: ({ event }) => ({ at: event.id }) },
  'GET /api/camera-events/{id}/pictures/{sha256}': {
    needs: 'events.read',
    refusedAs: 'camera-events.no-picture',
    genuine: ({ event }) => ({ at: event.id }),
  },
  'GET /api/camera-events/{id}/replays': { needs: 'events.read', genuine: ({ event }) => ({ at: event.id }) },
  'POST /api/camera-events/{id}/replays': {
    needs: 'events.review',
    refusedAs: 'replays.too-long',
    genuine: ({ event }) => ({ at: event.id, body: { beforeSeconds: 300, afterSeconds: 300 } }),
  },
  'GET /api/replays/{id}': {
    needs: 'events.read',
    refusedAs: 'replays.missing',
    genuine: () => ({ at: someId }),
  },
  'GET /api/replays/{id}/film': {
    needs: 'events.read',
    refusedAs: 'replays.missing',
    genuine: () => ({ at: someId }),
  },
  'GET /api/replays/{id}/clip': {
    needs: 'events.review',
    refusedAs: 'replays.missing',
    genuine: () => ({ at: someId }),
  },
  'POST /api/camera-events/{id}/seen': { needs: 'events.review', genuine: ({ event }) => ({ at: event.id }) },

  'POST /api/demonstration/forge': { ...demonstration, genuine: nothing },
  'POST /api/demonstration/pull-the-plug': { ...demonstration, genuine: nothing },
  'GET /api/demonstration/poles/{id}/latest.wav': { ...demonstration, genuine: () => ({ at: someId }) },
  'DELETE /api/session': { needs: 'session', genuine: nothing },
};

function lexiconEntry(written: string): unknown {
  return { written, kind: 'word', expansions: [{ spoken: 'chữ viết tắt' }] };
}

function scheduleOf(announcementId: string, loudspeakerId: string): unknown {
  return {
    announcementId,
    target: { kind: 'loudspeakers', loudspeakerIds: [loudspeakerId] },
    schedule: { kind: 'once', date: date(1), time: '10:00:00' },
  };
}
