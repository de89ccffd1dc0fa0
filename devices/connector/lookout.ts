import { isIPv4 } from 'node:net';
import { isHinted } from '../protocol/camera-identity.ts';
import type { Identity } from '../protocol/camera-identity.ts';
import type { Answer } from './discovery.ts';

/** Asks who is there, by multicast and at these addresses. */
export type Ask = (targets: readonly string[]) => Promise<readonly Answer[]>;

/** Answers are good for so long: when a switch comes back, its twenty cameras are looked for together. */
const FRESH_MS = 5_000;

/**
 * Where lost cameras may be. One round of questions serves all that are lost in the same network; a round asks by
 * multicast and the 254 neighbours of the last known address.
 */
export class Lookout {
  private readonly rounds = new Map<
    string,
    { readonly atMs: number; readonly answers: Promise<readonly Answer[]> }
  >();

  /** @param targetsOf allowed addresses of a range */
  constructor(
    private readonly ask: Ask,
    private readonly targetsOf: (range: string) => readonly string[],
    private readonly now: () => number,
  ) {}

  /** Addresses at which something says openly what this camera would say. Whether it is true must be proved there. */
  async candidates(identity: Identity, lastHost: string): Promise<string[]> {
    const answers = await this.round(isIPv4(lastHost) ? `${lastHost}/24` : '');
    return [...new Set(answers.filter((one) => isHinted(identity, one)).map(({ address }) => address))];
  }

  private round(range: string): Promise<readonly Answer[]> {
    const key = range.slice(0, range.lastIndexOf('.'));
    const before = this.rounds.get(key);
    if (before !== undefined && this.now() - before.atMs < FRESH_MS) return before.answers;
    const answers = this.ask(range === '' ? [] : this.targetsOf(range));
    this.rounds.set(key, { atMs: this.now(), answers });
    return answers;
  }
}
