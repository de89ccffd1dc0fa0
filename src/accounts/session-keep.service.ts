import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { roles } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Config } from '../platform/config/config.ts';
import { KeptFile } from '../platform/files/kept.file.ts';
import { SessionCache } from './session-cache.ts';

const person = z.strictObject({
  id: z.uuid(),
  communeId: z.uuid(),
  displayName: z.string(),
  roles: z.array(z.enum(roles)),
  villageIds: z.array(z.uuid()),
  mustChangePassword: z.boolean().exactOptional(),
  actsFor: z.array(z.uuid()).exactOptional(),
});
const shape = z.strictObject({
  v: z.literal(1),
  /** The hash of a token of 256 random bits: nobody gets from it to the token. */
  sessions: z.array(
    z.strictObject({
      tokenHash: z.string().regex(/^[0-9a-f]{64}$/),
      person,
      readAt: z.int(),
      isUse: z.boolean(),
      expiresAt: z.int(),
    }),
  ),
});

/** Who comes, goes or gets other rights is written at once; that somebody is still there, this often (ms). */
const renewEveryMs = 60_000;

/**
 * Keeps on disk who is signed in and what they may, so that a service that starts while its database is down lets them
 * stop a loudspeaker. What ended is out of the file as soon as it is out of memory; and nobody is let in by it longer
 * than by memory (SessionCache).
 */
@Injectable()
export class SessionKeep implements OnModuleInit, OnApplicationShutdown {
  private readonly file: KeptFile<z.infer<typeof shape>>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly cache: SessionCache,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.file = new KeptFile(join(config.values.dataDirectory, 'safety', 'sessions.json'), shape);
  }

  async onModuleInit(): Promise<void> {
    const now = this.clock.now();
    const kept = await this.file.read();
    for (const { tokenHash, ...held } of kept?.sessions ?? [])
      if (held.expiresAt > now && held.readAt <= now) this.cache.put(tokenHash, held);
    this.cache.onChange = () => void this.write();
    this.timer = setInterval(() => void this.write(), renewEveryMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    const now = this.clock.now();
    const sessions = this.cache
      .entries()
      .filter(([, { expiresAt }]) => expiresAt > now)
      .map(
        ([
          tokenHash,
          {
            person: { roles: has, villageIds, actsFor, ...who },
            ...held
          },
        ]) => ({
          ...{ tokenHash, ...held },
          person: {
            ...{ ...who, roles: [...has], villageIds: [...villageIds] },
            ...(actsFor === undefined ? {} : { actsFor: [...actsFor] }),
          },
        }),
      );
    await this.file.keep({ v: 1, sessions });
  }
}
