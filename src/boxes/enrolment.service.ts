import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import qrcode from 'qrcode';
import { writeEnrolmentLink } from '../../devices/protocol/enrolment-link.ts';
import { keyIdOf, seal } from '../../devices/protocol/envelope.ts';
import type { EnrolAnswer, EnrolRequest } from '../../devices/protocol/enrolment-messages.ts';
import { CommuneKeys } from '../accounts/commune-keys.store.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Addresses } from '../platform/addresses.ts';
import { Database } from '../platform/database/database.ts';
import { communeOf } from '../platform/database/directory.ts';
import { Authority } from '../platform/tls/authority.ts';
import { Box, membershipOf } from './box.ts';
import type { BoxKind } from './box.ts';
import { BoxService } from './box.service.ts';
import { BoxStore } from './box.store.ts';
import { BrokerCredentialsService } from './broker-credentials.service.ts';
import { Places } from './places.ts';
import type { EnrolmentView } from './enrolment.view.ts';
import { hashOfCode, newEnrolmentCode } from './enrolment-code.ts';

declare module '../base/events.ts' {
  interface News {
    /** A box stands at that place from now on; the one before it is out. */
    'box.enrolled': { communeId: string; assetId: string; boxId: string; kind: BoxKind };
    /** No box stands there any more. */
    'box.retired': { communeId: string; assetId: string; kind: BoxKind };
  }
}

/** A code is typed or scanned while one stands at the pole. */
const codeMinutes = 30;

export interface CodeFor {
  readonly kind: BoxKind;
  readonly assetId: string;
  readonly assetName: string;
  /** The person, or null where the service enrols its own connector. */
  readonly madeBy: string | null;
}

@Injectable()
export class EnrolmentService {
  constructor(
    private readonly database: Database,
    private readonly store: BoxStore,
    private readonly boxes: BoxService,
    private readonly credentials: BrokerCredentialsService,
    private readonly places: Places,
    private readonly journal: JournalService,
    private readonly communes: CommuneService,
    private readonly keys: CommuneKeys,
    private readonly addresses: Addresses,
    private readonly authority: Authority,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Makes the one-time code of a place; codes made for it before are void. The box there works on until it is used. */
  async makeCode(communeId: string, code: CodeFor): Promise<EnrolmentView> {
    const text = newEnrolmentCode();
    const expiresAt = new Date(this.clock.now() + codeMinutes * 60_000);
    await this.database.inCommune(communeId, async (em) => {
      await this.store.putCode(em, communeId, hashOfCode(text), code, expiresAt);
      await this.journal.write(em, communeId, {
        actorId: code.madeBy,
        action: 'boxes.code-made',
        subjectType: code.kind,
        subjectId: code.assetId,
        facts: { expiresAt: expiresAt.toISOString() },
      });
    });
    const link = writeEnrolmentLink({
      https: this.addresses.deviceUrl,
      code: text,
      authority: this.authority.fingerprint(),
      root: keyIdOf(this.keys.rootPublicKey(communeId)),
    });
    const qrSvg = await qrcode.toString(link, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
    return { code: text, link, qrSvg, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Puts a box at the place its code stands for; the box that stood there loses its credentials at once.
   * @throws Failure `boxes.code-refused` for a code that is unknown, used, expired or for another kind of box: which of
   *   them is not told; `boxes.bad-key`
   */
  async enrol(request: EnrolRequest): Promise<EnrolAnswer> {
    const codeHash = hashOfCode(request.code);
    const communeId = await communeOf(this.database, 'enrolment-code', codeHash);
    if (communeId === null) throw codeRefused();
    const mqttSecret = randomBytes(32).toString('base64url');
    const now = this.clock.date();
    const { box, assetName, place } = await this.database.inCommune(communeId, async (em) => {
      const code = await this.store.takeCode(em, communeId, codeHash, request.kind, now);
      if (code === null) throw codeRefused();
      const added = Box.enrol(
        {
          communeId,
          id: newId(now.getTime()),
          assetId: code.assetId,
          mqttSecretHash: createHash('sha256').update(mqttSecret).digest('hex'),
          now,
        },
        request,
      );
      const formerId = await this.store.replaceAt(em, communeId, code.assetId, now);
      await this.store.add(em, added);
      const place = (await this.places.of(added.kind)?.describe(em, communeId, added.assetId)) ?? {};
      await this.journal.write(em, communeId, {
        actorId: code.madeBy,
        action: 'boxes.enrolled',
        subjectType: code.kind,
        subjectId: code.assetId,
        facts: { boxId: added.id, formerBoxId: formerId, keyId: keyIdOf(added.publicKey) },
      });
      return { box: added, assetName: code.assetName, place };
    });
    this.boxes.remember(box);
    // Before the answer: the box connects as soon as it has read it.
    await this.credentials.refresh();
    this.events.tell('box.enrolled', { communeId, assetId: box.assetId, boxId: box.id, kind: box.kind });
    const commune = await this.communes.get(communeId);
    return {
      v: 1,
      commune: communeId,
      communeName: commune.name,
      asset: box.assetId,
      assetName,
      box: box.id,
      rootPublicKey: this.keys.rootPublicKey(communeId),
      authority: this.authority.identity.ca,
      mqtt: this.addresses.brokerUrl,
      mqttSecret,
      https: this.addresses.deviceUrl,
      membership: seal('membership', membershipOf(box, place), this.keys.signingKey(communeId)),
    };
  }

  /** Takes the box of a place out of service and closes the broker to it. Nothing happens where none stands there. */
  async retire(
    communeId: string,
    asset: { readonly kind: BoxKind; readonly assetId: string; readonly actorId: string | null },
  ): Promise<void> {
    const formerId = await this.database.inCommune(communeId, async (em) => {
      await this.store.dropCodes(em, communeId, asset.assetId);
      const former = await this.store.replaceAt(em, communeId, asset.assetId, this.clock.date());
      if (former === null) return null;
      await this.journal.write(em, communeId, {
        actorId: asset.actorId,
        action: 'boxes.retired',
        subjectType: asset.kind,
        subjectId: asset.assetId,
        facts: { boxId: former },
      });
      return former;
    });
    if (formerId === null) return;
    this.boxes.forget(asset.assetId);
    await this.credentials.refresh();
    this.events.tell('box.retired', { communeId, assetId: asset.assetId, kind: asset.kind });
  }
}

function codeRefused(): Failure {
  return new Failure(
    'forbidden',
    'boxes.code-refused',
    'The code is not valid (any more): ask for a new one',
  );
}
