import { readPublicKey } from '../../devices/protocol/envelope.ts';
import type { EnrolRequest, Membership } from '../../devices/protocol/enrolment-messages.ts';
import { Failure } from '../base/failure.ts';
import type { FieldFault } from '../base/failure.ts';

export type BoxKind = 'loudspeaker' | 'connector';

/**
 * The device that stands at a pole, or that looks after a site's cameras. The asset (`assetId`: the pole, the
 * connector) stays when the box is replaced: schedule, history and topics are the asset's, keys are the box's.
 */
export class Box {
  communeId!: string;
  id!: string;
  kind!: BoxKind;
  assetId!: string;
  /** Ed25519, SPKI base64: what its messages are proved with. */
  publicKey!: string;
  /** What passwords are sealed to (devices/protocol/seal.ts); connectors only. */
  sealingKey!: string | null;
  /** SHA-256, hex. The secret has 256 random bits of its own, so a slow hash would add nothing. */
  mqttSecretHash!: string;
  hardware!: string;
  enrolledAt!: Date;
  replacedAt!: Date | null;

  /** @throws Failure `boxes.bad-key` naming the field */
  static enrol(
    at: { communeId: string; id: string; assetId: string; mqttSecretHash: string; now: Date },
    request: EnrolRequest,
  ): Box {
    const fields = keyFaults(request);
    if (fields.length > 0) throw new Failure('invalid', 'boxes.bad-key', 'A key cannot be used', { fields });
    return Object.assign(new Box(), {
      communeId: at.communeId,
      id: at.id,
      kind: request.kind,
      assetId: at.assetId,
      publicKey: request.publicKey,
      sealingKey: request.kind === 'connector' ? request.sealingKey : null,
      mqttSecretHash: at.mqttSecretHash,
      hardware: request.hardware,
      enrolledAt: at.now,
      replacedAt: null,
    });
  }
}

/** What the box is given to show to a server that has lost its books. @param renewedAt ms; after the enrolment */
export function membershipOf(
  box: Box,
  place: Readonly<Record<string, unknown>>,
  renewedAt?: number,
): Membership {
  const { communeId, assetId, id, kind, publicKey, sealingKey, mqttSecretHash, hardware, enrolledAt } = box;
  return {
    ...{ v: 1, commune: communeId, asset: assetId, box: id, kind, publicKey, sealingKey, mqttSecretHash },
    ...{ hardware, enrolledAt: enrolledAt.getTime(), place },
    ...(renewedAt === undefined ? {} : { renewedAt }),
  };
}

/** The box as it was when it was enrolled by a server that is lost. */
export function boxOf(membership: Membership): Box {
  const { commune, asset, box, kind, publicKey, sealingKey, mqttSecretHash, hardware, enrolledAt } =
    membership;
  return Object.assign(new Box(), {
    ...{ communeId: commune, id: box, kind, assetId: asset, publicKey, sealingKey, mqttSecretHash, hardware },
    ...{ enrolledAt: new Date(enrolledAt), replacedAt: null },
  });
}

function keyFaults(request: EnrolRequest): FieldFault[] {
  const faults: FieldFault[] = [];
  if (!isSigningKey(request.publicKey))
    faults.push({ path: 'publicKey', code: 'boxes.bad-key', message: 'not an Ed25519 key (SPKI, base64)' });
  if (request.kind === 'connector' && !isSealingKey(request.sealingKey ?? ''))
    faults.push({ path: 'sealingKey', code: 'boxes.bad-key', message: 'not a P-256 key (65 bytes, base64)' });
  return faults;
}

function isSigningKey(text: string): boolean {
  try {
    readPublicKey(text);
    return true;
  } catch {
    return false;
  }
}

/** An uncompressed point. That it lies on the curve is proved when something is sealed to it. */
function isSealingKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 65 && bytes[0] === 4 && bytes.toString('base64') === text;
}
