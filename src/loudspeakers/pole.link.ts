import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Status } from '../../devices/protocol/pole-messages.ts';
import { topics } from '../../devices/protocol/topics.ts';
import { Events } from '../base/events.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { PoleNowView, RefusalView } from './loudspeaker.view.ts';

declare module '../base/events.ts' {
  interface News {
    'pole.changed': { communeId: string; pole: PoleNowView };
    'refusal.arrived': { communeId: string; refusal: RefusalView };
  }
}

/** What the ledger knows of a pole's programme; the rest of the picture comes from its own status. */
export interface ProgrammeHeld {
  readonly number: number;
  readonly heldNumber: number | null;
}

/**
 * The poles, as they are heard over the broker. The newest status of each counts and lives in memory: after a restart
 * a pole is `unknown` until it speaks, at most half a minute.
 */
@Injectable()
export class PoleLink implements OnModuleInit {
  private readonly statuses = new Map<string, Status>();
  private readonly programmes = new Map<string, ProgrammeHeld>();

  constructor(
    private readonly boxes: BoxLink,
    private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.boxes.on('status', (from, status) => {
      if (from.kind !== 'loudspeaker') return;
      this.statuses.set(from.assetId, status);
      this.tell(from.communeId, from.assetId);
    });
    this.boxes.onPresence((communeId, assetId, kind) => {
      if (kind === 'loudspeaker') this.tell(communeId, assetId);
    });
  }

  /** The whole programme, retained, so that a pole that comes back finds it. */
  async publishProgramme(communeId: string, poleId: string, envelope: Uint8Array): Promise<void> {
    await this.boxes.sendRaw(topics.programme(communeId, poleId), envelope, { retain: true });
  }

  /** One publish for the whole commune, never retained. */
  async publishOrder(communeId: string, envelope: string): Promise<void> {
    await this.boxes.sendRaw(topics.order(communeId), envelope, { retain: false });
  }

  /** For one pole alone, never retained. */
  async publishPoleOrder(communeId: string, poleId: string, envelope: string): Promise<void> {
    await this.boxes.sendRaw(topics.poleOrder(communeId, poleId), envelope, { retain: false });
  }

  /** How loud a pole's mixer makes what sounds now (%); null in silence, or where it is not heard. */
  soundingPercent(poleId: string): number | null {
    const isHeard = this.boxes.presenceOf(poleId).link === 'online';
    return isHeard ? (this.statuses.get(poleId)?.pole?.settings.sounding ?? null) : null;
  }

  noteProgramme(communeId: string, poleId: string, held: ProgrammeHeld): void {
    this.programmes.set(poleId, held);
    this.tell(communeId, poleId);
  }

  now(poleId: string): PoleNowView {
    const presence = this.boxes.presenceOf(poleId);
    const status = this.statuses.get(poleId);
    const programme = this.programmes.get(poleId);
    const isHeard = presence.link === 'online';
    return {
      loudspeakerId: poleId,
      link: presence.link,
      heardAt: presence.heardAt === null ? null : new Date(presence.heardAt).toISOString(),
      state: isHeard ? (status?.state ?? null) : null,
      airingId: isHeard ? (status?.airing ?? null) : null,
      audioReady: status?.audioReady ?? 0,
      audioNeeded: status?.audioNeeded ?? 0,
      programmeNumber: status?.programmeNumber ?? programme?.heldNumber ?? null,
      programmeHeld:
        programme !== undefined &&
        Math.max(status?.programmeNumber ?? 0, programme.heldNumber ?? 0) >= programme.number,
      programmeUntilAt:
        status === undefined || status.programmeUntilAt === 0
          ? null
          : new Date(status.programmeUntilAt).toISOString(),
      clockOffsetMs: status?.clock?.offsetMs ?? null,
      clockUncertaintyMs: status?.clock?.uncertaintyMs ?? null,
      outbox: status?.outbox ?? null,
      amplifier: isHeard ? (status?.amplifier ?? null) : null,
      powerFailing: status?.power === 'failing',
    };
  }

  private tell(communeId: string, poleId: string): void {
    this.events.tell('pole.changed', { communeId, pole: this.now(poleId) });
  }
}
