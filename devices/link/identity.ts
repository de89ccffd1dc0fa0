import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { newKeyPair, readPrivateKey } from '../protocol/envelope.ts';
import type { SigningKey } from '../protocol/envelope.ts';
import { enrolAnswer } from '../protocol/enrolment-messages.ts';
import type { EnrolAnswer } from '../protocol/enrolment-messages.ts';
import type { Pinned } from '../protocol/trust.ts';
import { newSealingKeys } from '../protocol/seal.ts';
import { readIfThere, sweepDrafts, writeDurably } from './durable-file.ts';

export type BoxKind = 'loudspeaker' | 'connector';

const keysShape = z.strictObject({
  kind: z.enum(['loudspeaker', 'connector']),
  keyId: z.string(),
  publicKey: z.string(),
  privateKey: z.string(),
  /** Passwords of cameras are sealed to it; connectors only. */
  sealing: z.strictObject({ publicKey: z.string(), privateKey: z.string() }).nullable(),
});
export type BoxKeys = z.infer<typeof keysShape>;

const revokedShape = z.array(z.string());

/**
 * Who this box is: keys made on it, what it pinned when it was enrolled, and which of the service's keys it must
 * never believe again. `keys.json`, `enrolment.json` and `revoked.json` in the data directory, readable by the owner
 * alone.
 */
export class Identity {
  /** One after the other, so that the last one lies in the file. */
  private renewing: Promise<void> = Promise.resolve();
  private key: SigningKey | undefined;

  private constructor(
    private readonly directory: string,
    readonly keys: BoxKeys,
    private answer: EnrolAnswer | null,
    private readonly revoked: Set<string>,
  ) {}

  /**
   * Reads the box's keys, or makes them on its first day; what the last power cut left half-written goes.
   * @throws where a file is damaged, or the directory belongs to a box of another kind
   */
  static async open(directory: string, kind: BoxKind): Promise<Identity> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await sweepDrafts(directory);
    const keysFile = join(directory, 'keys.json');
    const found = await readIfThere(keysFile);
    const keys = found === null ? await newKeys(kind) : keysShape.parse(parse(found, keysFile));
    if (found === null) await writeDurably(keysFile, JSON.stringify(keys));
    if (keys.kind !== kind) throw new Error(`${directory} is the data directory of a ${keys.kind}`);
    const enrolmentFile = join(directory, 'enrolment.json');
    const enrolled = await readIfThere(enrolmentFile);
    const pinned = enrolled === null ? null : enrolAnswer.parse(parse(enrolled, enrolmentFile));
    const revokedFile = join(directory, 'revoked.json');
    const revoked = await readIfThere(revokedFile);
    return new Identity(
      directory,
      keys,
      pinned,
      new Set(revoked === null ? [] : revokedShape.parse(parse(revoked, revokedFile))),
    );
  }

  /** What the service answered at the enrolment, or null before. */
  get enrolment(): EnrolAnswer | null {
    return this.answer;
  }

  /** From now on the box belongs there. */
  async pin(answer: EnrolAnswer): Promise<void> {
    await writeDurably(join(this.directory, 'enrolment.json'), JSON.stringify(answer));
    this.answer = answer;
  }

  /** Its membership, said anew. @throws the file system's error; it counts until the restart even so */
  async renew(membership: string): Promise<void> {
    if (this.answer === null) return;
    this.answer = { ...this.answer, membership };
    this.renewing = this.renewing
      .catch(() => undefined)
      .then(() => writeDurably(join(this.directory, 'enrolment.json'), JSON.stringify(this.answer)));
    await this.renewing;
  }

  /** What messages are held against. @throws where the box was not enrolled */
  get pinned(): Pinned {
    if (this.answer === null) throw new Error('not enrolled');
    return {
      commune: this.answer.commune,
      rootPublicKey: this.answer.rootPublicKey,
      revokedKeys: this.revoked,
    };
  }

  /** At once, and after every restart. @throws the file system's error; it counts until the restart even so */
  async revoke(keyIds: readonly string[]): Promise<void> {
    const fresh = keyIds.filter((keyId) => !this.revoked.has(keyId));
    if (fresh.length === 0) return;
    for (const keyId of fresh) this.revoked.add(keyId);
    await writeDurably(join(this.directory, 'revoked.json'), JSON.stringify([...this.revoked]));
  }

  /** Read once: that costs more than signing with it. */
  signingKey(): SigningKey {
    this.key ??= { keyId: this.keys.keyId, privateKey: readPrivateKey(this.keys.privateKey) };
    return this.key;
  }
}

async function newKeys(kind: BoxKind): Promise<BoxKeys> {
  const { keyId, publicKey, privateKey } = newKeyPair();
  const sealing = kind === 'connector' ? await newSealingKeys() : null;
  return { kind, keyId, publicKey, privateKey, sealing };
}

function parse(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (error) {
    throw new Error(`${path} is damaged`, { cause: error });
  }
}
