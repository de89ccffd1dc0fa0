import type { EntityManager } from 'typeorm';
import type { Database } from '../platform/database/database.ts';
import { refuseBeyondBudget, type Budget, type Usage } from './voice-budget.ts';
import type { VoiceClass, VoiceEngine } from './voice.ts';

/** A voice's key for each class that a commune chose one for. */
export type Choices = Readonly<Partial<Record<VoiceClass, string>>>;

/** What communes chose, and what they sent to paid voices. */
export class VoiceStore {
  constructor(private readonly database: Database) {}

  async choices(communeId: string): Promise<Choices> {
    const rows = await this.database.inCommune(communeId, (em) =>
      em.query<{ profile: VoiceClass; key: string }[]>(
        'SELECT profile, voice_key AS key FROM voice_choices WHERE commune_id = $1',
        [communeId],
      ),
    );
    return Object.fromEntries(rows.map(({ profile, key }) => [profile, key]));
  }

  /** @param key null: what the settings say */
  async choose(
    em: EntityManager,
    communeId: string,
    profile: VoiceClass,
    key: string | null,
    at: Date,
  ): Promise<void> {
    if (key === null) {
      await em.query('DELETE FROM voice_choices WHERE commune_id = $1 AND profile = $2', [
        communeId,
        profile,
      ]);
      return;
    }
    await em.query(
      `INSERT INTO voice_choices (commune_id, profile, voice_key, chosen_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (commune_id, profile) DO UPDATE SET voice_key = excluded.voice_key, chosen_at = excluded.chosen_at`,
      [communeId, profile, key, at],
    );
  }

  async usage(communeId: string, engine: VoiceEngine, day: string): Promise<Usage> {
    return this.database.inCommune(communeId, (em) => usageOf(em, communeId, engine, day));
  }

  /**
   * Counts characters before they are sent; less than none gives them back. The day's row is locked until the count
   * is committed or refused, so that two at once cannot both have the last of the budget.
   * @param budget null: counted, never refused
   * @throws Failure `unavailable`, `speech.voice-budget`: nothing was counted
   */
  async spend(
    communeId: string,
    engine: VoiceEngine,
    day: string,
    characters: number,
    budget: Budget | null,
  ): Promise<Usage> {
    return this.database.inCommune(communeId, async (em) => {
      await em.query(
        `INSERT INTO voice_usage (commune_id, engine, day, characters) VALUES ($1, $2, $3, greatest(0, $4::bigint))
         ON CONFLICT (commune_id, engine, day)
         DO UPDATE SET characters = greatest(0, voice_usage.characters + $4::bigint)`,
        [communeId, engine, day, characters],
      );
      const usage = await usageOf(em, communeId, engine, day);
      if (budget !== null && characters > 0) refuseBeyondBudget(usage, budget);
      return usage;
    });
  }
}

async function usageOf(
  em: EntityManager,
  communeId: string,
  engine: VoiceEngine,
  day: string,
): Promise<Usage> {
  const [row] = await em.query<{ today: string; month: string }[]>(
    `SELECT coalesce(sum(characters) FILTER (WHERE day = $3::date), 0) AS today, coalesce(sum(characters), 0) AS month
     FROM voice_usage
     WHERE commune_id = $1 AND engine = $2 AND day BETWEEN date_trunc('month', $3::date) AND $3::date`,
    [communeId, engine, day],
  );
  return { today: Number(row?.today ?? 0), month: Number(row?.month ?? 0) };
}
