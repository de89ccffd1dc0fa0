import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { readPrivateKey } from '../../devices/protocol/envelope.ts';
import type { SigningKey } from '../../devices/protocol/envelope.ts';
import { Clock } from '../base/clock.ts';
import { codeOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { Config } from '../platform/config/config.ts';
import { writeFileAtomically } from '../platform/files/atomic.file.ts';
import { keptKeysShape } from './commune-keys.ts';
import type { KeptKeys } from './commune-keys.ts';

const warnAheadMs = 30 * 86_400_000;

type Known = { readonly kept: KeptKeys; readonly signing: SigningKey & { readonly certificate: string } };

/**
 * The keys with which the service speaks to each commune's boxes: one file a commune in the data directory (mode
 * 600), so that orders are signed with the database down.
 */
@Injectable()
export class CommuneKeys {
  private readonly log = new Logger('Keys');
  private readonly known = new Map<string, Known>();
  private readonly directory: string;

  constructor(
    config: Config,
    private readonly clock: Clock,
  ) {
    this.directory = directoryIn(config);
  }

  /** Whether this service speaks for any commune: only then it is of use while its database is away. */
  static async areKept(config: Config): Promise<boolean> {
    const names = await readdir(directoryIn(config)).catch(() => []);
    return names.some((name) => z.uuid().safeParse(name.replace(/\.json$/, '')).success);
  }

  /** The key to sign with, certificate included. @throws Failure `accounts.no-keys`, `accounts.keys-expired` */
  signingKey(communeId: string): SigningKey & { readonly certificate: string } {
    const { kept, signing } = this.of(communeId);
    if (this.clock.now() > kept.notAfterAt)
      throw new Failure(
        'unavailable',
        'accounts.keys-expired',
        `The signing key of ${communeId} is past its term; certify a new one with the recovery sheet`,
      );
    return signing;
  }

  /** SPKI, base64: what a box pins. @throws Failure `accounts.no-keys` */
  rootPublicKey(communeId: string): string {
    return this.of(communeId).kept.rootPublicKey;
  }

  /** Former keys that boxes must refuse, whatever their certificates say. @throws Failure `accounts.no-keys` */
  revoked(communeId: string): readonly string[] {
    return this.of(communeId).kept.revoked;
  }

  /** Also of a key that is past its term. `notAfterAt` in ms since 1970. @throws Failure `accounts.no-keys` */
  term(communeId: string): { readonly keyId: string; readonly notAfterAt: number } {
    const { online, notAfterAt } = this.of(communeId).kept;
    return { keyId: online.keyId, notAfterAt };
  }

  async keep(keys: KeptKeys): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.path(keys.communeId), JSON.stringify(keys), 0o600);
    this.known.delete(keys.communeId);
  }

  /** For a commune that was not made after all. */
  async forget(communeId: string): Promise<void> {
    this.known.delete(communeId);
    await rm(this.path(communeId), { force: true });
  }

  private of(communeId: string): Known {
    const known = this.known.get(communeId);
    if (known !== undefined) return known;
    const kept = this.read(communeId);
    const signing = {
      keyId: kept.online.keyId,
      privateKey: readPrivateKey(kept.online.privateKey),
      certificate: kept.certificate,
    };
    const left = kept.notAfterAt - this.clock.now();
    if (left < warnAheadMs)
      this.log.warn(`The signing key of ${communeId} ends on ${new Date(kept.notAfterAt).toISOString()}`);
    const fresh = { kept, signing };
    this.known.set(communeId, fresh);
    return fresh;
  }

  /** Once a commune and start, a few hundred bytes: not worth an asynchronous signature. */
  private read(communeId: string): KeptKeys {
    const id = z.uuid().parse(communeId);
    try {
      return keptKeysShape.parse(JSON.parse(readFileSync(this.path(id), 'utf8')));
    } catch (error) {
      const isAbsent = codeOf(error) === 'ENOENT';
      throw new Failure(
        'unavailable',
        'accounts.no-keys',
        `The signing key of ${communeId} ${isAbsent ? 'is missing' : 'cannot be read'}; restore ${this.path(id)} or certify a new one`,
        { cause: error },
      );
    }
  }

  private path(communeId: string): string {
    return join(this.directory, `${communeId}.json`);
  }
}

function directoryIn(config: Config): string {
  return join(config.values.dataDirectory, 'keys');
}
