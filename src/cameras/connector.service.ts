import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { EnrolmentService } from '../boxes/enrolment.service.ts';
import type { EnrolmentView } from '../boxes/enrolment.view.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { CameraStore } from './camera.store.ts';
import type { ConnectorView } from './camera.view.ts';
import { Connector } from './connector.ts';

declare module '../base/events.ts' {
  interface News {
    /** The service's own connector has something to do in that commune. */
    'connector.wanted': { communeId: string; connectorId: string };
  }
}

/** The name of the service's own connector: data, and a person may read it. */
const ownName = 'Máy chủ của xã';

@Injectable()
export class ConnectorService {
  constructor(
    private readonly database: Database,
    private readonly store: CameraStore,
    private readonly journal: JournalService,
    private readonly enrolments: EnrolmentService,
    private readonly link: BoxLink,
    private readonly events: Events,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async list(communeId: string): Promise<ConnectorView[]> {
    const [connectors, counts] = await this.database.inCommune(communeId, async (em) => [
      await this.store.connectors(em, communeId),
      await this.store.counts(em, communeId),
    ]);
    return connectors.map((connector) => this.view(connector, counts.get(connector.id) ?? 0));
  }

  async add(by: Person, name: string): Promise<ConnectorView> {
    const connector = await this.database.inCommune(by.communeId, (em) =>
      this.put(em, by.communeId, name, by.id),
    );
    return this.view(connector, 0);
  }

  /** A one-time code for the box at a site; the one that is there works until the new one has enrolled. */
  async enrol(by: Person, id: string): Promise<EnrolmentView> {
    const connector = await this.database.inCommune(by.communeId, (em) =>
      this.store.connector(em, by.communeId, id),
    );
    return this.enrolments.makeCode(by.communeId, {
      kind: 'connector',
      assetId: connector.id,
      assetName: connector.name,
      madeBy: by.id,
    });
  }

  /**
   * Which connector takes a new camera: the one that is named, else the commune's first, else the service's own, which
   * is made now. Within the caller's transaction.
   */
  async forCamera(
    em: EntityManager,
    communeId: string,
    wanted: string | undefined,
  ): Promise<{ connector: Connector; isNew: boolean }> {
    if (wanted !== undefined)
      return { connector: await this.store.connector(em, communeId, wanted), isNew: false };
    const [first] = await this.store.connectors(em, communeId);
    if (first !== undefined) return { connector: first, isNew: false };
    if (!this.config.values.connector.start)
      throw new Failure(
        'conflict',
        'cameras.no-connector',
        'Add a connector first: this service starts none of its own',
      );
    return { connector: await this.put(em, communeId, ownName, null), isNew: true };
  }

  /** Once the transaction of `forCamera` stands. */
  startOwn(connector: Connector): void {
    this.events.tell('connector.wanted', { communeId: connector.communeId, connectorId: connector.id });
  }

  private async put(
    em: EntityManager,
    communeId: string,
    name: string,
    actorId: string | null,
  ): Promise<Connector> {
    const connector = Connector.put({ communeId, id: newId(), now: this.clock.date() }, name);
    await this.store.addConnector(em, connector);
    await this.journal.write(em, communeId, {
      actorId,
      action: 'cameras.connector-added',
      subjectType: 'connector',
      subjectId: connector.id,
    });
    return connector;
  }

  private view(connector: Connector, cameras: number): ConnectorView {
    const { link, heardAt } = this.link.presenceOf(connector.id);
    return {
      id: connector.id,
      name: connector.name,
      enrolled: link !== 'not-enrolled',
      online: link === 'online',
      heardAt: heardAt === null ? null : new Date(heardAt).toISOString(),
      cameras,
    };
  }
}
