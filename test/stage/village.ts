import { join } from 'node:path';
import type { Role } from '../../src/access/rights.ts';
import type { PersonView, RecoverySheetView, SessionView } from '../../src/accounts/account.view.ts';
import type { AnnouncementView } from '../../src/announcements/announcement.view.ts';
import type { NewAnnouncementRequest } from '../../src/announcements/announcement.request.ts';
import type { BroadcastRequest } from '../../src/broadcasts/broadcast.request.ts';
import type { BroadcastView } from '../../src/broadcasts/broadcast.view.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import type { VillageView } from '../../src/villages/village.view.ts';
import { Caller } from './caller.ts';
import { Pole } from './pole.ts';
import { until } from './program.ts';
import type { Service } from './service.ts';

export interface Member {
  readonly id: string;
  readonly loginName: string;
  readonly password: string;
  readonly caller: Caller;
}

export type People = Record<Role, Member>;

const password = (name: string): string => `Mat-khau-${name}-2026`;
const firstPassword = 'Doi-ngay-lan-dau-1';

const names: Record<Exclude<Role, 'administrator'>, string> = {
  editor: 'Nguyễn Thị Lan',
  approver: 'Trần Văn Minh',
  villageHead: 'Y Bhăm Niê',
  police: 'Lê Quốc Hùng',
  policeChief: 'Phạm Đình Tuấn',
  technician: 'Hoàng Văn Nam',
};

/** First run: a commune with its villages and one person a role, through the API and its set-up token. */
export async function settle(
  service: Service,
  communeName = 'xã Tân Hòa Lộc',
): Promise<{ people: People; villages: VillageView[]; recoverySheet: RecoverySheetView }> {
  const administrator = new Caller(service.url);
  const { recoverySheet } = await administrator.post<{ recoverySheet: RecoverySheetView }>('/api/setup', {
    token: await service.setUpToken(),
    communeName,
    province: 'Đắk Lắk',
    displayName: 'Đặng Thu Hà',
    loginName: 'quantri',
    password: password('quantri'),
  });
  const { person } = await administrator.get<SessionView>('/api/session');
  const villages = await addVillages(administrator);
  const people: Partial<People> = {
    administrator: {
      id: person.id,
      loginName: 'quantri',
      password: password('quantri'),
      caller: administrator,
    },
  };
  for (const [role, displayName] of Object.entries(names) as [keyof typeof names, string][]) {
    people[role] = await addPerson(
      service,
      administrator,
      role.toLowerCase(),
      displayName,
      [role],
      role === 'villageHead' ? villages.slice(2, 3).map(({ id }) => id) : [],
    );
  }
  return { people: people as People, villages, recoverySheet };
}

export async function addPerson(
  service: Service,
  administrator: Caller,
  loginName: string,
  displayName: string,
  roles: Role[],
  villageIds: string[] = [],
): Promise<Member> {
  const { id } = await administrator.post<PersonView>('/api/people', {
    loginName,
    displayName,
    roles,
    villageIds,
    password: firstPassword,
  });
  const caller = await new Caller(service.url).signIn(loginName, firstPassword);
  await caller.post('/api/session/password', { current: firstPassword, next: password(loginName) });
  // As the console does next: the service then knows this session also while its database is away.
  await caller.get('/api/session');
  return { id, loginName, password: password(loginName), caller };
}

/** Four villages with their own words. */
async function addVillages(administrator: Caller): Promise<VillageView[]> {
  const all: [string, string][] = [
    ['thôn', 'Tân Tiến'],
    ['thôn', 'Hòa Bình'],
    ['buôn', 'Ea Mlang'],
    ['buôn', 'Krông Bút'],
  ];
  const added: VillageView[] = [];
  for (const [position, [word, name]] of all.entries()) {
    added.push(await administrator.post<VillageView>('/api/villages', { word, name, position }));
  }
  return added;
}

const places = [
  'nhà văn hóa',
  'ngã ba chợ',
  'nhà văn hóa',
  'trạm y tế',
  'nhà cộng đồng',
  'trường tiểu học',
  'nhà cộng đồng',
  'đầu cầu',
];

/** Puts up poles, the same number in each village, and enrols and starts their boxes beside each other. */
export async function putUpPoles(
  technician: Caller,
  villages: readonly VillageView[],
  count: number,
  directory: string,
  extraOf: (index: number) => readonly string[] = () => [],
  built?: string,
  envOf: (index: number) => NodeJS.ProcessEnv = () => ({}),
): Promise<Pole[]> {
  const poles: Pole[] = [];
  for (let index = 0; index < count; index += 1) {
    const village = villages[Math.floor((index * villages.length) / count)];
    if (village === undefined) throw new Error('No villages');
    const place = places[index % places.length] ?? '';
    const { id, number, name } = await technician.post<LoudspeakerView>('/api/loudspeakers', {
      name: `${village.name} – ${place}`,
      villageId: village.id,
      place,
      latitude: 12.7 + index * 0.004,
      longitude: 108.2 + (index % 3) * 0.006,
      horns: 2 + (index % 3),
    });
    poles.push(new Pole(id, name, join(directory, `pole-${number}`), extraOf(index), built, envOf(index)));
  }
  await Promise.all(poles.map((pole) => pole.enrol(technician)));
  return poles;
}

/** Puts up a desk at the station: its box speaks into an amplifier that was there before, behind a simulated relay. */
export async function putUpDesk(
  technician: Caller,
  village: VillageView | undefined,
  directory: string,
): Promise<Pole> {
  const { id, name } = await technician.post<LoudspeakerView>('/api/loudspeakers', {
    ...{ kind: 'desk', name: 'Đài truyền thanh xã', villageId: village?.id, place: 'phòng máy' },
  });
  const home = join(directory, 'desk');
  const desk = new Pole(id, name, home, ['--pins', `sim:${join(home, 'pins')}`]);
  await desk.enrol(technician);
  return desk;
}

type NewWords = Partial<NewAnnouncementRequest> & { title: string; text: string };

/** Written, read with each doubt's first reading, and rendered. */
export async function recorded(editor: Caller, request: NewWords): Promise<AnnouncementView> {
  const announcement = await editor.post<AnnouncementView>('/api/announcements', request);
  const path = `/api/announcements/${announcement.id}`;
  if (announcement.reading.doubts.length > 0) {
    const picks = Object.fromEntries(
      announcement.reading.doubts.map((doubt) => [doubt.written, doubt.default]),
    );
    await editor.patch<AnnouncementView>(path, { revision: announcement.revision, picks });
  }
  await editor.post(`${path}/render`);
  return until(
    `the recording of ${request.title}`,
    async () => {
      const rendered = await editor.get<AnnouncementView>(path);
      const faultCode = rendered.rendering?.faultCode ?? null;
      if (faultCode !== null) throw new Error(`Rendering failed: ${faultCode}`);
      return rendered.recording === null ? undefined : rendered;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
}

/** Recorded, submitted, and approved by somebody else. */
export async function approved(
  editor: Caller,
  approver: Caller,
  request: NewWords,
): Promise<AnnouncementView> {
  const { id, sounds } = await recorded(editor, request);
  await editor.post(`/api/announcements/${id}/submit`);
  return approver.post<AnnouncementView>(`/api/announcements/${id}/approve`, {
    recordingIds: sounds.map(({ recording }) => recording.id),
    note: '',
  });
}

/** Schedules for an instant (ms), in the commune's wall time. */
export async function scheduleAt(
  editor: Caller,
  announcementId: string,
  at: number,
  target: BroadcastRequest['target'],
): Promise<BroadcastView> {
  const local = new Date(at + 7 * 3_600_000).toISOString();
  return editor.post<BroadcastView>('/api/broadcasts', {
    announcementId,
    target,
    schedule: { kind: 'once', date: local.slice(0, 10), time: local.slice(11, 19) },
  });
}
