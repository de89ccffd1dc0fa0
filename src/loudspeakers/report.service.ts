import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Status } from '../../devices/protocol/pole-messages.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';
import { Database } from '../platform/database/database.ts';
import { ReportStore } from './report.store.ts';
import type { ReportRow } from './report.store.ts';

/** The newest word is written at least this often where only the modem's numbers move (ms). */
const modemEveryMs = 600_000;

/**
 * Keeps what poles report of themselves. A status comes twice a minute from each of a thousand poles, and it is written
 * only where it says something new.
 */
@Injectable()
export class ReportService implements OnModuleInit {
  private readonly log = new Logger('Reports');
  private readonly kept = new Map<string, { readonly said: string; readonly at: number }>();

  constructor(
    private readonly boxes: BoxLink,
    private readonly database: Database,
    private readonly store: ReportStore,
    private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.boxes.on('status', (from, status) => this.take(from, status));
    this.events.on('box.enrolled', async ({ communeId, assetId, kind }) => {
      if (kind !== 'loudspeaker') return;
      try {
        await this.database.inCommune(communeId, (em) => this.store.forget(em, communeId, assetId));
        this.kept.delete(assetId);
        this.events.tell('loudspeakers.changed', { communeId, loudspeakerIds: [assetId] });
      } catch (error) {
        this.log.warn(`What the box before said stays: ${messageOf(error)}`);
      }
    });
  }

  private async take({ communeId, assetId, boxId, kind }: From, status: Status): Promise<void> {
    const { pole, at, programmeNumber } = status;
    if (kind !== 'loudspeaker' || pole === undefined) return;
    const row: Omit<ReportRow, 'versionAt'> = {
      ...{ loudspeakerId: assetId, boxId, toldAt: new Date(at) },
      version: programmeNumber === 0 ? -1 : pole.settings.version,
      volumeNow: pole.settings.volumeNow,
      kept: pole.settings.kept ?? null,
      modem: pole.modem,
    };
    const said = gist(row);
    const before = this.kept.get(assetId);
    if (before?.said === said && at - before.at < modemEveryMs) return;
    const isFirst = await this.database.inCommune(communeId, (em) => this.store.keep(em, communeId, row));
    this.kept.set(assetId, { said, at });
    // From now on it is known that this box understands settings: its programme may carry them.
    if (isFirst) this.events.tell('loudspeakers.changed', { communeId, loudspeakerIds: [assetId] });
  }
}

/** What is worth writing down at once. */
function gist({ boxId, version, volumeNow, kept, modem }: Omit<ReportRow, 'versionAt'>): string {
  const line =
    modem === null
      ? null
      : [modem.carrier, modem.technology, modem.month, Math.floor(modem.monthBytes / 1_000_000)];
  return JSON.stringify([boxId, version, volumeNow, kept, line]);
}
