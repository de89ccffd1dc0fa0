import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { SessionReader } from '../access/session-reader.ts';
import { Clock } from '../base/clock.ts';
import { localDate } from '../base/local-time.ts';
import { orLastKnown } from '../base/patience.ts';
import { Config } from '../platform/config/config.ts';
import { hashOfToken } from './secret-token.ts';
import { SessionCache } from './session-cache.ts';
import { SessionStore } from './session.store.ts';

const hourMs = 3_600_000;
/** A session is written as seen at most so often. */
const notedEveryMs = 300_000;
/** A database that does not answer is as good as down to somebody who wants to stop a loudspeaker. */
const patienceMs = 700;

/** Answers the guard: from memory for 5 s, else from the database, and where that is down from memory again. */
@Injectable()
export class SessionMemory extends SessionReader {
  constructor(
    private readonly sessions: SessionStore,
    private readonly cache: SessionCache,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    super();
  }

  async personOf(token: string, isUse: boolean): Promise<Person | null> {
    const tokenHash = hashOfToken(token);
    const now = this.clock.now();
    const fresh = this.cache.fresh(tokenHash, now, isUse);
    if (fresh !== null) return fresh;
    const lastKnown = this.cache.lastKnown(tokenHash, now);
    const read = this.read(tokenHash, now, isUse);
    return lastKnown === null ? await read : await orLastKnown<Person | null>(read, patienceMs, lastKnown);
  }

  private async read(tokenHash: string, now: number, isUse: boolean): Promise<Person | null> {
    const idleMs = this.config.values.sessions.idleHours * hourMs;
    const found = await this.sessions.find(tokenHash, {
      at: new Date(now),
      idleSince: new Date(now - idleMs),
      seenBefore: isUse ? new Date(now - Math.min(notedEveryMs, idleMs / 4)) : null,
      today: localDate(now, this.config.values.timeZone),
    });
    if (found === null) this.cache.forget([tokenHash]);
    else {
      // Where nobody can be asked any more, it must not outlive its idle hours either.
      const idleAt = found.lastSeenAt.getTime() + idleMs;
      const expiresAt = Math.min(found.expiresAt.getTime(), isUse ? now + idleMs : idleAt);
      this.cache.put(tokenHash, { person: found.person, readAt: now, isUse, expiresAt });
    }
    return found?.person ?? null;
  }
}
