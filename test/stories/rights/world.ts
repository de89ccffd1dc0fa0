import { roles } from '../../../src/access/rights.ts';
import type { DelegationView, SessionView } from '../../../src/accounts/account.view.ts';
import type { AnnouncementView } from '../../../src/announcements/announcement.view.ts';
import type {
  BroadcastView,
  EmergencyDraftView,
  EmergencyView,
} from '../../../src/broadcasts/broadcast.view.ts';
import type { CameraEventView } from '../../../src/camera-events/camera-event.view.ts';
import type { CameraView, ConnectorView } from '../../../src/cameras/camera.view.ts';
import type { DetectorKeyView, DetectorView } from '../../../src/detectors/detector.view.ts';
import type { LoudspeakerView } from '../../../src/loudspeakers/loudspeaker.view.ts';
import type { LexiconView, OwnEntryView } from '../../../src/lexicon/lexicon.view.ts';
import type { VillageView } from '../../../src/villages/village.view.ts';
import { Caller } from '../../stage/caller.ts';
import { addCamera, SimulatedCamera } from '../../stage/camera.ts';
import { built, Program, until } from '../../stage/program.ts';
import type { Service } from '../../stage/service.ts';
import { addPerson, approved, recorded, settle } from '../../stage/village.ts';
import type { Member, People } from '../../stage/village.ts';

/** Stands in everything that the first commune writes: it is to be read by nobody else. */
export const mark = 'Chỉ-của-xã-một';

/** A commune with one of each thing that a route can be asked about. */
export interface World {
  readonly communeId: string;
  /** As on the recovery sheet. */
  readonly rootPrivateKey: string;
  readonly people: People;
  /** Somebody to whom anything may be done. */
  readonly spare: Member;
  readonly village: VillageView;
  readonly draft: AnnouncementView;
  /** Written with a form. */
  readonly formed: AnnouncementView;
  readonly recorded: AnnouncementView;
  readonly submitted: readonly [AnnouncementView, AnnouncementView, AnnouncementView];
  readonly approved: AnnouncementView;
  /** An approved emergency, not yet prepared. */
  readonly prepared: AnnouncementView;
  readonly delegation: DelegationView;
  readonly pole: LoudspeakerView;
  readonly oldPole: LoudspeakerView;
  readonly broadcast: BroadcastView;
  readonly emergency: EmergencyView;
  readonly emergencyDraft: EmergencyDraftView;
  readonly connector: ConnectorView;
  readonly camera: CameraView;
  readonly detector: DetectorView;
  /** The second may be retired. */
  readonly lexiconEntries: readonly [OwnEntryView, OwnEntryView];
  readonly event: CameraEventView;
}

const inThreeDays = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
const text = 'Mời bà con đi họp.';

export const meetingForm = {
  organiser: 'Ban tự quản thôn',
  audience: 'bà con',
  topic: 'làm đường thôn',
  at: '2099-12-05T19:00',
  place: 'nhà văn hóa',
};

export async function makeWorld(service: Service, directory: string): Promise<World> {
  const { people, villages, recoverySheet } = await settle(service, `xã ${mark}`);
  const [editor, approver, technician] = [
    people.editor.caller,
    people.approver.caller,
    people.technician.caller,
  ];
  const [village] = villages;
  if (village === undefined) throw new Error('No village');
  const { commune } = await editor.get<SessionView>('/api/session');
  const event = await oneEvent(technician, people.police.caller, village, directory);

  const pole = await addPole(technician, village, 'Cụm loa một');
  const oldPole = await addPole(technician, village, 'Cụm loa cũ');
  const target = { kind: 'loudspeakers', loudspeakerIds: [pole.id] };
  const ready = await approved(editor, approver, { title: `Họp ${mark}`, text });
  const submitted = [];
  for (const which of ['một', 'hai', 'ba']) {
    const { id } = await recorded(editor, { title: `Họp ${which} ${mark}`, text });
    submitted.push(await editor.post<AnnouncementView>(`/api/announcements/${id}/submit`));
  }
  const emergencyDraft = { title: `Nước lên ${mark}`, text: 'Nước lên.', target };
  const raised = await editor.post<EmergencyDraftView>('/api/emergencies/drafts', emergencyDraft);
  const camera = await deadCamera(technician, village);
  return {
    communeId: commune.id,
    rootPrivateKey: recoverySheet.lines.join(' '),
    people,
    spare: await addPerson(service, people.administrator.caller, 'du-bi', `Dự Bị ${mark}`, ['police']),
    village,
    draft: await editor.post('/api/announcements', { title: `Nháp ${mark}`, text }),
    formed: await editor.post('/api/announcements/with-form', {
      templateId: 'meeting',
      values: { ...meetingForm, organiser: `Ban tự quản ${mark}` },
      priority: 'regular',
    }),
    recorded: await recorded(editor, { title: `Đã thu ${mark}`, text }),
    submitted: submitted as unknown as World['submitted'],
    approved: ready,
    prepared: await approved(editor, approver, { title: `Lũ ${mark}`, text, priority: 'emergency' }),
    delegation: await approver.post('/api/delegations', {
      toPersonId: people.editor.id,
      fromDate: '2100-01-01',
      untilDate: '2100-01-02',
    }),
    pole,
    oldPole,
    broadcast: await editor.post('/api/broadcasts', {
      announcementId: ready.id,
      target,
      schedule: { kind: 'once', date: inThreeDays, time: '09:00' },
    }),
    emergency: await editor.post('/api/emergencies', {
      draftId: raised.id,
      confirmation: raised.confirmation,
      target,
      minutes: 60,
    }),
    emergencyDraft: await editor.post('/api/emergencies/drafts', emergencyDraft),
    connector: await technician.post('/api/connectors', { name: `Điểm ${mark}` }),
    camera,
    detector: await addDetector(technician, camera),
    lexiconEntries: [await addWord(editor, 'Ea Tul'), await addWord(editor, 'H Ly')],
    event,
  };
}

/** A second commune in the same service, set up as its README says; one person in it who may do everything. */
export async function makeForeigner(service: Service, directory: string): Promise<Member> {
  const cli = await Program.start('set-up token', 'src/accounts/set-up-token.main.js', [], {
    logPath: `${directory}/set-up-token.log`,
    built,
    env: { LOA_DATA_DIRECTORY: service.data },
  });
  const token = await cli.line((line) => line.trim() || undefined, 30_000);
  const administrator = new Caller(service.url);
  await administrator.post('/api/setup', {
    token,
    communeName: 'xã Hai',
    displayName: 'Quản Trị Hai',
    loginName: 'quantri-hai',
    password: 'Mat-khau-hai-2026',
  });
  return addPerson(
    service,
    administrator,
    'moi-quyen',
    'Mọi Quyền',
    // A village head's rights are the editor's, with limits.
    roles.filter((role) => role !== 'villageHead'),
  );
}

async function addWord(editor: Caller, written: string): Promise<OwnEntryView> {
  const { own } = await editor.post<LexiconView>('/api/lexicon/entries', {
    written,
    kind: 'name',
    expansions: [{ spoken: mark }],
  });
  const [entry] = own;
  if (entry === undefined) throw new Error('No entry');
  return entry;
}

function addPole(technician: Caller, village: VillageView, name: string): Promise<LoudspeakerView> {
  return technician.post('/api/loudspeakers', { name: `${name} ${mark}`, villageId: village.id });
}

/** A camera that sent an event with a picture, and was retired: nothing of it moves any more. */
async function oneEvent(
  technician: Caller,
  police: Caller,
  village: VillageView,
  directory: string,
): Promise<CameraEventView> {
  const simulated = await SimulatedCamera.start('Cổng', 'gate', directory, 11);
  const { id } = await addCamera(technician, village, {
    name: `Cổng ${mark}`,
    address: simulated.address,
    username: 'loalang',
    password: simulated.password,
  });
  const event = await until(
    'an event with a picture',
    async () => {
      const events = await police.get<CameraEventView[]>(`/api/camera-events?cameraId=${id}`);
      return events.find(({ pictureUrl }) => pictureUrl !== null);
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );
  await technician.post(`/api/cameras/${id}/retire`);
  await simulated.program.stop();
  return event;
}

async function addDetector(technician: Caller, { pointId }: CameraView): Promise<DetectorView> {
  const { detector } = await technician.post<DetectorKeyView>('/api/detectors', {
    name: `Máy nhận dạng ${mark}`,
    form: 'envelope',
    modelName: 'yolo',
    watched: [{ pointId, name: '' }],
  });
  return detector;
}

async function deadCamera(technician: Caller, village: VillageView): Promise<CameraView> {
  const { id } = await addCamera(technician, village, {
    name: `Hỏng ${mark}`,
    address: '127.0.0.1:9',
    username: 'xem',
    password: 'Xem-thoi-1',
  });
  return until(
    'the camera to be found dead',
    async () =>
      (await technician.get<CameraView[]>('/api/cameras')).find(
        (camera) => camera.id === id && camera.state === 'unreachable',
      ),
    { timeoutMs: 60_000, everyMs: 250 },
  );
}
