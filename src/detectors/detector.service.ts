import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { BrokerCredentialsService } from '../boxes/broker-credentials.service.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Addresses } from '../platform/addresses.ts';
import type { BrokerClient } from '../platform/broker/rights.ts';
import { Database } from '../platform/database/database.ts';
import { communeOf, enterDirectory, leaveDirectory } from '../platform/database/directory.ts';
import { Authority } from '../platform/tls/authority.ts';
import { detectorRights, detectorTopics } from './detector-topics.ts';
import { Detector, hashOfKey } from './detector.ts';
import type { ChangeDetectorRequest, NewDetectorRequest } from './detector.request.ts';
import { DetectorStore } from './detector.store.ts';
import type { DetectorKeyView, DetectorSetupView, DetectorView } from './detector.view.ts';
import { Hearing } from './hearing.ts';

/** Outside detectors: who may speak for which cameras, by which key, and when each was heard last. */
@Injectable()
export class DetectorService implements OnModuleInit {
  private readonly hearing = new Hearing();

  constructor(
    private readonly database: Database,
    private readonly store: DetectorStore,
    private readonly cameras: CameraStore,
    private readonly communes: CommuneService,
    private readonly credentials: BrokerCredentialsService,
    private readonly journal: JournalService,
    private readonly addresses: Addresses,
    private readonly authority: Authority,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.credentials.alsoFor(() => this.brokerClients());
  }

  async list(communeId: string): Promise<DetectorView[]> {
    return this.database.inCommune(communeId, async (em) =>
      this.views(em, communeId, await this.store.all(em, communeId)),
    );
  }

  async add(by: Person, request: NewDetectorRequest): Promise<DetectorKeyView> {
    const { communeId } = by;
    const { key, keyHash } = newKey();
    const view = await this.database.inCommune(communeId, async (em) => {
      await this.refuseStrangePoints(em, communeId, request.watched);
      const at = { communeId, id: newId(), keyHash, now: this.clock.date() };
      const detector = Detector.register(at, request);
      await this.store.add(em, detector);
      await enterDirectory(em, 'detector-key', keyHash, communeId);
      const { form, name } = detector;
      await this.note(em, by, detector, 'detectors.added', { form, name, cameras: detector.watched.length });
      return this.viewOf(em, detector);
    });
    await this.credentials.refresh();
    return { detector: view, key };
  }

  /** @throws Failure `detectors.missing`, `detectors.revoked`, `detectors.name-twice`, `detectors.no-such-point` */
  async change(by: Person, id: string, request: ChangeDetectorRequest): Promise<DetectorView> {
    return this.database.inCommune(by.communeId, async (em) => {
      await this.refuseStrangePoints(em, by.communeId, request.watched ?? []);
      let changed: string[] = [];
      const detector = await this.store.change(em, by.communeId, id, (one) => {
        changed = one.change(request);
      });
      if (changed.length > 0) await this.note(em, by, detector, 'detectors.changed', { fields: changed });
      return this.viewOf(em, detector);
    });
  }

  /** A new key; the old one is worthless at once. */
  async newKey(by: Person, id: string): Promise<DetectorKeyView> {
    const { key, keyHash } = newKey();
    const view = await this.database.inCommune(by.communeId, async (em) => {
      let former = '';
      const detector = await this.store.change(em, by.communeId, id, (one) => {
        former = one.keyHash;
        one.takeKey(keyHash);
      });
      await leaveDirectory(em, 'detector-key', [former]);
      await enterDirectory(em, 'detector-key', keyHash, by.communeId);
      await this.note(em, by, detector, 'detectors.key-made', {});
      return this.viewOf(em, detector);
    });
    await this.credentials.refresh();
    return { detector: view, key };
  }

  /** It is not believed any more, and thrown out of the broker. What it told stays. */
  async revoke(by: Person, id: string): Promise<DetectorView> {
    const view = await this.database.inCommune(by.communeId, async (em) => {
      const detector = await this.store.change(em, by.communeId, id, (one) => one.revoke(this.clock.date()));
      await leaveDirectory(em, 'detector-key', [detector.keyHash]);
      await this.note(em, by, detector, 'detectors.revoked', {});
      return this.viewOf(em, detector);
    });
    await this.credentials.refresh();
    return view;
  }

  /** @throws Failure `detectors.missing` */
  async setup(communeId: string, id: string): Promise<DetectorSetupView> {
    const detector = await this.database.inCommune(communeId, (em) => this.store.find(em, communeId, id));
    if (detector === null) throw new Failure('missing', 'detectors.missing', 'No such detector');
    const broker = new URL(this.addresses.brokerUrl);
    return {
      ...{ clientId: id, brokerHost: broker.hostname, brokerPort: Number(broker.port || 8883) },
      topicPrefix:
        detector.form === 'frigate'
          ? detectorTopics.frigatePrefix(communeId, id)
          : detectorTopics.detections(communeId, id).replace(/\/detections$/, ''),
      webhookUrl: `${this.addresses.deviceUrl}/detector/v1`,
      authority: this.authority.identity.ca,
    };
  }

  /** Whose key it is. @throws Failure `detectors.key-refused` */
  async byKey(key: string): Promise<Detector> {
    const keyHash = hashOfKey(key);
    const communeId = await communeOf(this.database, 'detector-key', keyHash);
    const detector =
      communeId === null
        ? null
        : await this.database.inCommune(communeId, (em) => this.store.byKey(em, communeId, keyHash));
    if (detector === null)
      throw new Failure('unknown-person', 'detectors.key-refused', 'No detector has this key (any more)');
    return detector;
  }

  /** Null where it was revoked, or never was. */
  async byId(communeId: string, id: string): Promise<Detector | null> {
    return this.database.inCommune(communeId, (em) => this.store.find(em, communeId, id));
  }

  async names(communeId: string): Promise<ReadonlyMap<string, string>> {
    return this.database.inCommune(communeId, (em) => this.store.names(em, communeId));
  }

  /** A word of any kind came, now. */
  async heard({ communeId, id }: Detector): Promise<void> {
    const now = this.clock.now();
    if (!this.hearing.heard(id, now)) return;
    await this.database.inCommune(communeId, (em) => this.store.heard(em, communeId, id, new Date(now)));
  }

  wentOff(id: string): void {
    this.hearing.off(id);
  }

  /** A message of its was not taken: shown on its page, so that whoever sets it up sees why. */
  noteRefusal(id: string, failure: Failure): void {
    const { code, details, fields } = failure;
    const { camera } = details;
    const named = typeof camera === 'string' || typeof camera === 'number' ? String(camera) : null;
    const about = (named ?? fields.map(({ path }) => path).join(', ')).slice(0, 300);
    this.hearing.refused(id, { at: this.clock.now(), code, about });
  }

  private async brokerClients(): Promise<Record<string, BrokerClient>> {
    const clients: Record<string, BrokerClient> = {};
    for (const communeId of await this.communes.ids()) {
      const standing = await this.database.inCommune(communeId, (em) => this.store.standing(em, communeId));
      for (const { id, keyHash, form } of standing)
        clients[id] = { secretHash: keyHash, ...detectorRights(form, communeId, id) };
    }
    return clients;
  }

  private async refuseStrangePoints(
    em: EntityManager,
    communeId: string,
    watched: readonly { readonly pointId: string }[],
  ): Promise<void> {
    if (watched.length === 0) return;
    const points = await this.cameras.points(em, communeId);
    const fields = watched.flatMap(({ pointId }, index) =>
      points.has(pointId)
        ? []
        : [
            {
              path: `watched.${String(index)}.pointId`,
              code: 'detectors.no-such-point',
              message: 'No such point',
            },
          ],
    );
    if (fields.length > 0)
      throw new Failure('invalid', 'detectors.no-such-point', 'No such camera point', { fields });
  }

  private async note(
    em: EntityManager,
    by: Person,
    { id }: Detector,
    action: string,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.journal.write(em, by.communeId, {
      ...{ actorId: by.id, action, subjectType: 'detector', subjectId: id },
      facts: { ...facts },
    });
  }

  private async viewOf(em: EntityManager, detector: Detector): Promise<DetectorView> {
    const [view] = await this.views(em, detector.communeId, [detector]);
    if (view === undefined) throw new Error('one detector, one view');
    return view;
  }

  private async views(
    em: EntityManager,
    communeId: string,
    detectors: readonly Detector[],
  ): Promise<DetectorView[]> {
    const points = await this.cameras.points(em, communeId);
    const now = this.clock.now();
    return detectors.map((detector) => {
      const { id, name, form, modelName, modelVersion, silentAfterMinutes, createdAt, revokedAt } = detector;
      const keptAt = detector.heardAt?.getTime() ?? null;
      const { link, heardAt } = this.hearing.link(id, keptAt, silentAfterMinutes * 60_000, now);
      const { refused, lastRefusal } = this.hearing.refusals(id);
      return {
        ...{ id, name, form, modelName, modelVersion, silentAfterMinutes, link, refused },
        watched: detector.watched.map((one) => {
          const point = points.get(one.pointId);
          return { ...one, number: point?.number ?? null, pointName: point?.name ?? '' };
        }),
        heardAt: heardAt === null ? null : new Date(heardAt).toISOString(),
        lastRefusal:
          lastRefusal === null ? null : { ...lastRefusal, at: new Date(lastRefusal.at).toISOString() },
        createdAt: createdAt.toISOString(),
        revokedAt: revokedAt?.toISOString() ?? null,
      };
    });
  }
}

function newKey(): { key: string; keyHash: string } {
  const key = randomBytes(32).toString('base64url');
  return { key, keyHash: hashOfKey(key) };
}
