import { Injectable, Logger } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { CameraEventStore } from '../camera-events/camera-event.store.ts';
import { pictureForScreen } from '../camera-events/picture.process.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import type { CameraAtPoint } from '../cameras/camera.store.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { CheckService } from './check.service.ts';
import { limits } from './comparison.ts';
import { HealthStore } from './health.store.ts';
import type { CheckRow, FindingRow, StillRow } from './health.store.ts';
import type { CameraHealthView, CameraMarksView } from './health.view.ts';
import { keptView } from './kept.words.ts';
import { marksOf } from './levels.ts';
import { StillFiles } from './still.files.ts';

/** What a camera says of its own view, by the kinds of its topics. */
export const saidKinds = ['tamper', 'scene-change', 'image-quality', 'video-loss'] as const;

const weekMs = 7 * 86_400_000;
/** A still that its connector has named is under way for so long, or does not come. */
const comingMs = 30_000;
const stillsShown = 12;
const findingsShown = 20;
const saidShown = 20;
/** Looks remembered, so that one person's look at one still is one line of the journal. */
const looksKept = 50_000;

/** How each camera is, with the evidence; and what people decide about its reference. */
@Injectable()
export class HealthService {
  private readonly log = new Logger('CameraHealth');
  private readonly looks = new Set<string>();
  /** One picture is made for screens at a time: it takes memory from everything else. */
  private making: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly store: HealthStore,
    private readonly checks: CheckService,
    private readonly cameras: CameraStore,
    private readonly cameraEvents: CameraEventStore,
    private readonly people: PeopleService,
    private readonly journal: JournalService,
    private readonly link: BoxLink,
    private readonly files: StillFiles,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async list(communeId: string): Promise<CameraMarksView[]> {
    const { all, checks, open, stills } = await this.database.inCommune(communeId, async (em) => ({
      all: await this.cameras.all(em, communeId),
      checks: await this.store.checks(em, communeId),
      open: await this.store.openFindings(em, communeId),
      stills: await this.store.latestStills(em, communeId),
    }));
    return all.map((found) => {
      const { id } = found.camera;
      return this.marks(found, checks.get(id), open.get(id), stills.get(id));
    });
  }

  /** @throws Failure `cameras.missing` */
  async one(communeId: string, cameraId: string): Promise<CameraHealthView> {
    const now = this.clock.now();
    const known = await this.database.inCommune(communeId, async (em) => ({
      found: await this.cameras.one(em, communeId, cameraId),
      check: (await this.store.checks(em, communeId)).get(cameraId),
      taken: await this.store.stills(em, communeId, cameraId, stillsShown),
      references: await this.store.references(em, communeId, cameraId),
      findings: await this.store.findings(em, communeId, cameraId, findingsShown),
      said: await this.cameraEvents.ofKinds(em, communeId, {
        ...{ kinds: saidKinds, cameraId, from: new Date(now - weekMs), until: new Date(now) },
      }),
    }));
    const { found, check, taken, references, findings, said } = known;
    const stills = taken.filter(({ state }) => state !== 'awaited');
    const isComing = taken.some(({ state, takenAt }) => state === 'awaited' && now - takenAt < comingMs);
    const stillOf = await this.database.inCommune(communeId, (em) =>
      this.store.stillsById(
        em,
        communeId,
        findings.flatMap(({ stillId, referenceId }) => [stillId ?? [], referenceId ?? []].flat()),
      ),
    );
    const names = await this.people.names(communeId, [
      ...new Set(references.map(({ acceptedBy }) => acceptedBy)),
    ]);
    const open = findings.find(({ endedAt }) => endedAt === null);
    return {
      ...this.marks(found, check, open, stills[0]),
      checking: isComing || this.checks.underWay(cameraId) !== null,
      check: check === undefined ? null : checkView(check),
      recording: keptView(check?.recording ?? null, found),
      references: references.map(({ stillId, takenAt, light, acceptedBy, acceptedAt }) => ({
        ...{ id: stillId, takenAt: instant(takenAt), light, pictureUrl: urlOf(stillId) },
        ...{ acceptedAt: instant(acceptedAt), acceptedByName: names.get(acceptedBy) ?? '' },
      })),
      stills: stills.map((one) => ({
        ...stillView(one),
        ...{ finding: one.finding, seen: one.seen, readable: one.state === 'here' },
        isPoor: (one.measures?.detail ?? 0) < limits.detailLeast,
      })),
      findings: findings.map((one) => ({
        ...{ id: one.id, kind: one.kind, owner: one.owner, endedBy: one.endedBy, seen: one.seen },
        ...{ beganAt: instant(one.beganAt), endedAt: one.endedAt === null ? null : instant(one.endedAt) },
        still: stillViewOf(stillOf, one.stillId),
        reference: stillViewOf(stillOf, one.referenceId),
      })),
      said: said.slice(0, saidShown).map((event) => ({
        ...{ eventId: event.id, kind: event.kind, state: event.state, occurredAt: instant(event.occurredAt) },
        endedAt: event.endedAt === null ? null : instant(event.endedAt),
      })),
    };
  }

  /** @throws Failure `cameras.missing`, `cameras.retired`, `cameras.connector-offline` */
  async check(by: Person, cameraId: string): Promise<CameraHealthView> {
    const { communeId } = by;
    const found = await this.standing(communeId, cameraId);
    if (!(await this.checks.order(communeId, found, true)))
      throw new Failure('conflict', 'cameras.connector-offline', 'This connector is not heard now');
    await this.write(by, 'camera-health.checked', cameraId);
    return this.one(communeId, cameraId);
  }

  /**
   * A person says that this is what the camera is to see: the reference of its part of the day from now on.
   * @throws Failure `cameras.missing`, `cameras.retired`, `camera-health.still-missing`, `camera-health.poor-reference`
   */
  async accept(by: Person, cameraId: string, stillId: string): Promise<CameraHealthView> {
    const { communeId } = by;
    await this.standing(communeId, cameraId);
    await this.database.inCommune(communeId, async (em) => {
      await this.store.lockFindings(em, cameraId);
      const still = await this.store.still(em, communeId, stillId);
      if (still?.state !== 'here' || still.cameraId !== cameraId) throw stillMissing();
      if ((still.measures?.detail ?? 0) < limits.detailLeast)
        throw new Failure(
          'invalid',
          'camera-health.poor-reference',
          'Too little is seen in this picture to compare others with it',
        );
      await this.store.saveReference(em, communeId, still, by.id, this.clock.date());
      const open = await this.store.openFinding(em, communeId, cameraId);
      // A new reference says what is to be seen; a sensor that hangs goes on hanging.
      if (open !== null && open.kind !== 'no-picture' && open.kind !== 'frozen')
        await this.store.end(em, communeId, open.id, this.clock.now(), 'person');
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'camera-health.reference-accepted' },
        ...{ subjectType: 'camera', subjectId: cameraId },
        facts: { stillId, light: still.light, sha256: still.sha256 },
      });
    });
    return this.one(communeId, cameraId);
  }

  /** For screens, JPEG. @throws Failure `camera-health.still-missing`, `camera-events.bad-picture` */
  async picture(by: Person, stillId: string): Promise<Buffer> {
    const { communeId } = by;
    const still = await this.database.inCommune(communeId, (em) => this.store.still(em, communeId, stillId));
    if (still?.state !== 'here') throw stillMissing();
    const work = this.making.then(() => this.forScreen(communeId, still.sha256));
    this.making = work.catch(() => undefined);
    const picture = await work;
    await this.noteLook(by, still.cameraId, stillId);
    return picture;
  }

  marks(
    { camera, device }: CameraAtPoint,
    check: CheckRow | undefined,
    open: FindingRow | undefined,
    still: StillRow | undefined,
  ): CameraMarksView {
    const now = this.clock.now();
    const { state, stateSince, heardAt, clockOffsetMs } = device;
    const marks = marksOf(
      {
        connectorHeard: this.link.presenceOf(device.connectorId).link === 'online',
        ...{ state, stateSince: stateSince.getTime(), heardAt: heardAt?.getTime() ?? null, clockOffsetMs },
        check: check === undefined ? null : { ...check, at: check.checkedAt },
        finding: open === undefined ? null : { kind: open.kind, beganAt: open.beganAt },
        comparedAt: still === undefined || still.seen === null ? null : still.takenAt,
      },
      now,
      // One check may fail to come.
      2.5 * this.config.values.cameraHealth.checkMinutes * 60_000,
    );
    return {
      cameraId: camera.id,
      marks: marks.map(({ at, ...mark }) => ({ ...mark, at: at === null ? null : instant(at) })),
      finding: open?.kind ?? null,
      findingSince: open === undefined ? null : instant(open.beganAt),
    };
  }

  private async standing(communeId: string, cameraId: string): Promise<CameraAtPoint> {
    const found = await this.database.inCommune(communeId, (em) => this.cameras.one(em, communeId, cameraId));
    if (found.camera.retiredAt !== null)
      throw new Failure('conflict', 'cameras.retired', 'This camera was taken down');
    return found;
  }

  private async forScreen(communeId: string, sha256: string): Promise<Buffer> {
    const made = await this.files.readForScreen(communeId, sha256);
    if (made !== null) return made;
    const received = await this.files.read(communeId, sha256);
    if (received === null) throw stillMissing();
    const picture = await pictureForScreen(received);
    await this.files.putForScreen(communeId, sha256, picture).catch((error: unknown) => {
      this.log.warn(`A picture for screens was not kept: ${messageOf(error)}`);
    });
    return picture;
  }

  /** Images are personal data: who looked at what is written down, once for each person and still. */
  private async noteLook(by: Person, cameraId: string, stillId: string): Promise<void> {
    const look = `${by.id} ${stillId}`;
    if (this.looks.has(look)) return;
    await this.write(by, 'camera-health.looked', cameraId, { stillId });
    if (this.looks.size >= looksKept) this.looks.clear();
    this.looks.add(look);
  }

  private async write(
    by: Person,
    action: string,
    cameraId: string,
    facts: Record<string, string> = {},
  ): Promise<void> {
    await this.database.inCommune(by.communeId, (em) =>
      this.journal.write(em, by.communeId, {
        ...{ actorId: by.id, action, subjectType: 'camera', subjectId: cameraId, facts },
      }),
    );
  }
}

function checkView(check: CheckRow): NonNullable<CameraHealthView['check']> {
  const { checkedAt, reach, stream, streamDetail, picture, pictureDetail, noticeAt } = check;
  return {
    ...{ at: instant(checkedAt), reach, stream, streamDetail, picture, pictureDetail },
    noticeAt: noticeAt === null ? null : instant(noticeAt),
  };
}

function stillView(one: StillRow): NonNullable<CameraHealthView['findings'][number]['still']> {
  return {
    ...{ id: one.id, takenAt: instant(one.takenAt), light: one.light },
    pictureUrl: one.state === 'here' ? urlOf(one.id) : null,
  };
}

function stillViewOf(
  all: ReadonlyMap<string, StillRow>,
  id: string | null,
): ReturnType<typeof stillView> | null {
  const found = id === null ? undefined : all.get(id);
  return found === undefined ? null : stillView(found);
}

function urlOf(stillId: string): string {
  return `/api/camera-stills/${stillId}/picture`;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function stillMissing(): Failure {
  return new Failure('missing', 'camera-health.still-missing', 'There is no such picture');
}
