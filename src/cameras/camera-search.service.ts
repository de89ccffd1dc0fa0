import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { CameraFindings } from '../../devices/protocol/camera-messages.ts';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import type { CameraSearchRequest } from './camera.request.ts';
import { judged, knownAt } from './camera-search.ts';
import { CameraStore } from './camera.store.ts';
import type { CameraSearchView, KnownAtView } from './camera.view.ts';
import { ConnectorService } from './connector.service.ts';

/** A search that its connector does not speak of for so long is over, whatever became of it. */
const silentAfterMs = 15_000;
/** A connector whose clock has just been told the time may still refuse it; a person asks again. */
const validMs = 30_000;

interface Search {
  readonly id: string;
  readonly connectorId: string;
  readonly startedAt: number;
  heardAt: number;
  findings: CameraFindings | null;
}

/** Looks for cameras at a connector's site, when a person asks. The last search of each commune is kept in memory. */
@Injectable()
export class CameraSearchService implements OnModuleInit {
  private readonly last = new Map<string, Search>();

  constructor(
    private readonly database: Database,
    private readonly store: CameraStore,
    private readonly connectors: ConnectorService,
    private readonly link: BoxLink,
    private readonly journal: JournalService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.link.on('camera-findings', ({ communeId, assetId }, findings) => {
      const search = this.last.get(communeId);
      if (search?.id !== findings.search || search.connectorId !== assetId) return;
      // Two messages of one second may come in the other order.
      if (search.findings !== null && findings.at < search.findings.at) return;
      search.findings = findings;
      search.heardAt = this.clock.now();
    });
  }

  /** @throws Failure `cameras.connector-offline`, `cameras.no-connector`, `cameras.connector-missing` */
  async start(by: Person, { connectorId, ranges }: CameraSearchRequest): Promise<CameraSearchView> {
    const { communeId } = by;
    const { connector, isNew } = await this.database.inCommune(communeId, (em) =>
      this.connectors.forCamera(em, communeId, connectorId),
    );
    if (isNew) this.connectors.startOwn(connector);
    if (this.link.presenceOf(connector.id).link !== 'online')
      throw new Failure('conflict', 'cameras.connector-offline', 'This connector is not heard now');
    const now = this.clock.now();
    const search = { id: newId(), connectorId: connector.id, startedAt: now, heardAt: now, findings: null };
    await this.database.inCommune(communeId, (em) =>
      this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'cameras.searched', subjectType: 'connector', subjectId: connector.id },
        facts: { ranges },
      }),
    );
    this.last.set(communeId, search);
    await this.send(communeId, search, ranges, false);
    return this.view(communeId, search);
  }

  async stop(communeId: string): Promise<void> {
    const search = this.last.get(communeId);
    if (search !== undefined) await this.send(communeId, search, [], true);
  }

  /** Null where nobody has searched since the service started. */
  async latest(communeId: string): Promise<CameraSearchView | null> {
    const search = this.last.get(communeId);
    return search === undefined ? null : this.view(communeId, search);
  }

  /** What is known of the device at an address: registered there, or seen by the last search to be one that is. */
  async knownHere(communeId: string): Promise<(address: string) => KnownAtView['known']> {
    const found = this.last.get(communeId)?.findings?.found ?? [];
    const { devices, shown } = await this.database.inCommune(communeId, async (em) => ({
      devices: await this.store.devices(em, communeId),
      shown: await this.store.all(em, communeId),
    }));
    const registered = devices.map(({ id, name, address, identity }) => {
      const point = shown.find((one) => one.device.id === id)?.point;
      return { id, name: name === '' ? (point?.name ?? '') : name, address, identity };
    });
    return (address) => {
      const known = knownAt(address, found, registered);
      return known === null ? null : { how: known.how, name: known.camera?.name ?? null };
    };
  }

  private async send(communeId: string, search: Search, ranges: string[], cancel: boolean): Promise<void> {
    const now = this.clock.now();
    await this.link.send('camera-search', communeId, search.connectorId, {
      ...{ v: 1, commune: communeId, connector: search.connectorId, search: search.id },
      ...{ issuedAt: now, expiresAt: now + validMs, ranges, cancel },
    });
  }

  private async view(communeId: string, search: Search): Promise<CameraSearchView> {
    const { findings } = search;
    const standing = await this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
    const registered = standing.map(({ camera, device, point }) => ({
      ...{ id: camera.id, name: point.name, address: device.address, identity: device.identity },
    }));
    const state = findings?.state ?? 'asked';
    const isOpen = state === 'asked' || state === 'running';
    const isLost = isOpen && this.clock.now() - search.heardAt > silentAfterMs;
    return {
      ...{
        id: search.id,
        connectorId: search.connectorId,
        startedAt: new Date(search.startedAt).toISOString(),
      },
      state: isLost ? 'lost' : state,
      ...{ asked: findings?.asked ?? 0, of: findings?.of ?? 0, disbelieved: findings?.disbelieved ?? 0 },
      found: judged(findings?.found ?? [], registered),
    };
  }
}
