import { Injectable } from '@nestjs/common';
import { may, villagesFor } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { tunesChosenIn } from '../accounts/commune.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { LoudspeakerService } from '../loudspeakers/loudspeaker.service.ts';
import { PoleLink } from '../loudspeakers/pole.link.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { CommuneReading } from '../lexicon/commune-reading.service.ts';
import { deliveryOf } from '../speech/render-profile.ts';
import { SpeechService } from '../speech/speech.service.ts';
import { byListOrder, vietnamese } from '../villages/language.ts';
import { VillageService } from '../villages/village.service.ts';
import type { EmergencyDraftRequest, EmergencyRequest } from './broadcast.request.ts';
import type { EmergencyDraftView, EmergencyView, SafetyView } from './broadcast.view.ts';
import { emergencyParts } from './emergency-parts.ts';
import { EmergencyStore } from './emergency.store.ts';
import type { EmergencyRow } from './emergency.store.ts';
import { OrderService } from './order.service.ts';
import type { OpenDoubt } from './order.service.ts';
import { reachSafely, refuseBadTarget } from './reach.ts';
import { SafetySnapshot } from './safety.snapshot.ts';
import type { Safety } from './safety.snapshot.ts';

declare module '../base/events.ts' {
  interface News {
    'emergency.changed': { communeId: string; emergency: EmergencyView };
  }
}

/** Typed by hand in step two: nobody raises an emergency with two careless clicks. */
export const confirmationWords = 'PHÁT KHẨN CẤP';
/** A draft that nobody confirmed by then is forgotten (ms). */
const draftLifeMs = 3_600_000;

interface Draft {
  readonly communeId: string;
  readonly title: string;
  readonly text: string;
  readonly spoken: string;
  readonly doubts: readonly OpenDoubt[];
  readonly versions: Safety['prepared'][number]['versions'];
  readonly announcementId: string | null;
  readonly madeAt: number;
}

/** Emergencies: rendered and heard first, then confirmed by typed words, repeated until cancelled or a hard end. */
@Injectable()
export class EmergencyService {
  private readonly drafts = new Map<string, Draft>();

  constructor(
    private readonly speech: SpeechService,
    private readonly readings: CommuneReading,
    private readonly orders: OrderService,
    private readonly safety: SafetySnapshot,
    private readonly loudspeakers: LoudspeakerService,
    private readonly link: PoleLink,
    private readonly villages: VillageService,
    private readonly database: Database,
    private readonly store: EmergencyStore,
    private readonly communes: CommuneService,
    private readonly people: PeopleService,
    private readonly events: Events,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Step one: the words become the sound that will go out. */
  async draft(by: Person, request: EmergencyDraftRequest): Promise<EmergencyDraftView> {
    const { communeId } = by;
    if (request.target.kind === 'villages')
      await this.villages.refuseUnknown(communeId, request.target.villageIds, 'target.villageIds');
    const poles = refuseBadTarget(
      request.target,
      await this.loudspeakers.all(communeId),
      villagesFor(by, 'emergencies.raise'),
    );
    const reader = await this.readings.of(communeId);
    const reading = reader.read(request.text);
    const commune = await this.communes.get(communeId);
    const recording = await this.speech.render({
      communeId,
      communeName: commune.name,
      sentences: reading.sentences,
      delivery: deliveryOf('alarm', tunesChosenIn(commune.settings)),
      lexiconVersion: reader.version,
    });
    const id = newId();
    const now = this.clock.now();
    for (const [key, { madeAt }] of this.drafts) if (now - madeAt > draftLifeMs) this.drafts.delete(key);
    const draft: Draft = {
      communeId,
      title: request.title,
      text: reading.written,
      spoken: reading.spoken,
      doubts: reading.doubts.map((doubt) => ({
        code: doubt.code,
        written: doubt.written,
        said: doubt.default,
      })),
      versions: [
        {
          language: vietnamese,
          audio: { ...recording.opus, seconds: recording.seconds },
          mp3Sha256: recording.mp3Sha256,
        },
      ],
      announcementId: null,
      madeAt: now,
    };
    this.drafts.set(id, draft);
    return draftView(id, draft, poles.length);
  }

  /** Announcements that were approved ahead: their sound lies on the poles. Works with the database down. */
  async prepared(communeId: string): Promise<EmergencyDraftView[]> {
    const safety = await this.safety.of(communeId);
    return (safety?.prepared ?? []).map((each) =>
      draftView(each.announcementId, { ...each, doubts: [] }, safety?.poles.length ?? 0),
    );
  }

  /** What can be done while the database is down, and is asked for then. */
  async safetyView(by: Person): Promise<SafetyView> {
    const { communeId } = by;
    const villages = villagesFor(by, 'broadcasts.stop');
    const poles = (await this.safety.of(communeId))?.poles ?? [];
    const own = may(by, 'broadcasts.stop')
      ? poles.filter(({ villageId }) => villages === null || villages.includes(villageId))
      : [];
    const inForce = await this.orders.inForce(communeId);
    return {
      poles: own.length,
      online: own.filter(({ id }) => this.link.now(id).link === 'online').length,
      prepared: may(by, 'emergencies.raise') ? await this.prepared(communeId) : [],
      inForce: inForce.map(({ id, title, endAt }) => ({ id, title, endAt: new Date(endAt).toISOString() })),
    };
  }

  /** Step two: confirmed, and on the air. Works with the database down. */
  async raise(by: Person, request: EmergencyRequest): Promise<EmergencyView> {
    const { communeId } = by;
    if (request.confirmation.normalize('NFC').trim() !== confirmationWords) {
      throw invalid('confirmation', 'emergencies.not-confirmed', 'The words of confirmation are not right');
    }
    const { maximumMinutes } = this.config.values.emergencies;
    if (request.minutes > maximumMinutes) {
      throw invalid('minutes', 'emergencies.too-long', `At most ${maximumMinutes} minutes`);
    }
    const draft = await this.draftOf(communeId, request.draftId);
    const safety = await this.safety.of(communeId);
    const reached = await reachSafely(request.target, villagesFor(by, 'emergencies.raise'), {
      kept: safety?.poles,
      ask: () => this.loudspeakers.all(communeId),
    });
    const { parts, longestTurnMs } = emergencyParts(
      reached,
      request.target.kind === 'commune',
      new Map(Object.entries(safety?.orders ?? {})),
      draft.versions,
    );
    // Repeats never overlap: at least five seconds of silence between them.
    const everySeconds = Math.max(request.everySeconds, Math.ceil(longestTurnMs / 1_000) + 5);
    const { title, text, announcementId, doubts } = draft;
    const orders = await this.orders.raise(by, {
      ...{ parts, everySeconds, title, text, announcementId, doubts },
      minutes: request.minutes,
      reason: request.reason,
    });
    this.drafts.delete(request.draftId);
    const rows = orders.map(({ emergency, poles }, at): EmergencyRow => ({
      ...{ id: emergency.id, title, text, poles, everySeconds, raisedBy: by.id, cancelledAt: null },
      opusSha256: emergency.audio.sha256,
      opusBytes: emergency.audio.bytes,
      seconds: emergency.audio.seconds,
      startAt: new Date(emergency.startAt),
      endAt: new Date(emergency.endAt),
      language: parts[at]?.language ?? vietnamese,
      together: at === 0 ? null : (orders[0]?.emergency.id ?? null),
    }));
    const view = emergencyViewOf(rows, {
      raisedByName: by.displayName,
      began: 0,
      everywhere: reached.length,
    });
    this.events.tell('emergency.changed', { communeId, emergency: view });
    return view;
  }

  /** Works with the database down, for what is in force. @throws Failure `emergencies.missing` */
  async cancel(by: Person, id: string): Promise<void> {
    const { communeId } = by;
    const known = await this.orders.raisedWith(communeId, id);
    const all =
      known.length > 0
        ? known
        : (await this.database.inCommune(communeId, (em) => this.store.together(em, communeId, id))).map(
            (row) => row.id,
          );
    if (all.length === 0) throw new Failure('missing', 'emergencies.missing', 'No such emergency');
    for (const part of all) await this.orders.cancel(by, part);
  }

  /** In force and the last ones, the newest first. */
  async list(communeId: string): Promise<EmergencyView[]> {
    const found = await this.views(communeId, (em) => this.store.newest(em, communeId, 60));
    return found.slice(0, 20);
  }

  async inForce(communeId: string): Promise<EmergencyView[]> {
    return this.views(communeId, (em) => this.store.inForce(em, communeId, this.clock.date()));
  }

  async view(communeId: string, id: string): Promise<EmergencyView | null> {
    const [found] = await this.views(communeId, (em) => this.store.together(em, communeId, id));
    return found ?? null;
  }

  private async views(
    communeId: string,
    read: (em: Parameters<EmergencyStore['inForce']>[0]) => Promise<EmergencyRow[]>,
  ): Promise<EmergencyView[]> {
    const found = await this.database.inCommune(communeId, async (em) => {
      const counted: { parts: EmergencyRow[]; began: number }[] = [];
      for (const parts of raisedAsOne(await read(em)))
        counted.push({ parts, began: await this.store.began(em, communeId, parts) });
      return counted;
    });
    if (found.length === 0) return [];
    const everywhere = (await this.loudspeakers.all(communeId)).length;
    const raisers = found.flatMap(({ parts: [first] }) => first?.raisedBy ?? []);
    const names = await this.people.names(communeId, raisers);
    return found.map(({ parts, began }) => {
      const raisedByName = names.get(parts[0]?.raisedBy ?? '') ?? '';
      return emergencyViewOf(parts, { raisedByName, began, everywhere });
    });
  }

  private async draftOf(communeId: string, id: string): Promise<Omit<Draft, 'communeId' | 'madeAt'>> {
    const draft = this.drafts.get(id);
    if (draft?.communeId === communeId) return draft;
    const safety = await this.safety.of(communeId);
    const prepared = safety?.prepared.find(({ announcementId }) => announcementId === id);
    // What was approved ahead was heard, doubts and all.
    if (prepared !== undefined) return { ...prepared, doubts: [] };
    throw new Failure('missing', 'emergencies.draft-gone', 'This draft is gone: render it again');
  }
}

function draftView(
  id: string,
  draft: Pick<Draft, 'title' | 'spoken' | 'versions' | 'doubts'>,
  poles: number,
): EmergencyDraftView {
  const [first, ...others] = draft.versions.map(({ language, audio, mp3Sha256 }) => ({
    language,
    seconds: audio.seconds,
    opusUrl: `/audio/${audio.sha256}`,
    mp3Url: `/audio/${mp3Sha256}`,
  }));
  if (first === undefined) throw new Error('an emergency has a sound');
  const { seconds, opusUrl, mp3Url } = first;
  return {
    ...{ id, title: draft.title, spoken: draft.spoken, seconds, opusUrl, mp3Url },
    versions: [first, ...others],
    poles,
    doubts: draft.doubts.length,
    confirmation: confirmationWords,
  };
}

/** In the order of the first one of each. */
function raisedAsOne(rows: readonly EmergencyRow[]): EmergencyRow[][] {
  const found = new Map<string, EmergencyRow[]>();
  for (const row of rows) {
    const first = row.together ?? row.id;
    found.set(first, [...(found.get(first) ?? []), row]);
  }
  return [...found.values()];
}

/** What was raised as one, in however many languages, is one emergency on every screen. */
function emergencyViewOf(
  parts: readonly EmergencyRow[],
  around: { readonly raisedByName: string; readonly began: number; readonly everywhere: number },
): EmergencyView {
  const ofLanguage = parts.find(({ language }) => language === vietnamese);
  const shown = ofLanguage ?? parts[0];
  if (shown === undefined) throw new Error('an emergency has parts');
  const poles = parts.some((part) => part.poles === null)
    ? null
    : [...new Set(parts.flatMap((part) => part.poles ?? []))];
  const cancelledAt = parts.some((part) => part.cancelledAt === null) ? null : shown.cancelledAt;
  return {
    id: shown.together ?? shown.id,
    title: shown.title,
    text: shown.text,
    languages: [...new Set(parts.map(({ language }) => language))].sort(byListOrder),
    startAt: new Date(Math.min(...parts.map(({ startAt }) => startAt.getTime()))).toISOString(),
    endAt: shown.endAt.toISOString(),
    everySeconds: shown.everySeconds,
    seconds: shown.seconds,
    opusUrl: `/audio/${shown.opusSha256}`,
    poles,
    raisedByName: around.raisedByName,
    cancelledAt: cancelledAt?.toISOString() ?? null,
    began: around.began,
    of: poles?.length ?? around.everywhere,
  };
}

function invalid(path: string, code: string, message: string): Failure {
  return new Failure('invalid', code, message, { fields: [{ path, code, message }] });
}
