import { afterEach, describe, expect, test } from '@jest/globals';
import type { SupervisorTiming } from '../../devices/connector/supervision.ts';
import { Line } from './foreign-line.ts';
import { fault, notice, pullAnswer, soap, subscriptionAnswer, until } from './foreign-server.ts';
import type { Answers, Asked, Reply } from './foreign-server.ts';

const lines: Line[] = [];
afterEach(async () => {
  await Promise.all(lines.splice(0).map((line) => line.close()));
});

/** Short, so that a minute of holding fits into seconds. */
async function hold(answers: Answers, timing: Partial<SupervisorTiming> = {}): Promise<Line> {
  const line = await Line.open(answers, { pullSeconds: 0.3, pullGraceSeconds: 0.3, ...timing });
  lines.push(line);
  return line;
}

const HELD = ['connecting', 'subscribed'];
const never = (): Promise<Reply> => new Promise<Reply>(() => undefined);

/** A crossing, told apart by its object's number. */
function crossing(objectId: number): string {
  return notice(
    '<wsnt:Message><tt:Message UtcTime="2026-11-22T08:00:00Z"><tt:Data>' +
      `<tt:SimpleItem Name="ObjectId" Value="${String(objectId)}"/></tt:Data></tt:Message></wsnt:Message>`,
    'tns1:RuleEngine/LineDetector/Crossed',
  );
}

const crossings = (line: Line): number[] =>
  line.notices.map(({ data }) => Number(data.find(({ name }) => name === 'ObjectId')?.value));

interface Waiting {
  readonly told: string[];
  /** The pull that is told next: whether anybody waits for its answer is nothing that such a server looks at. */
  answer: ((messages: string[]) => void) | undefined;
  endsAt: number;
}

/** Holds each pull until there is something to tell, or for so long, whatever it was asked. */
class Holder {
  readonly subscriptions: Waiting[] = [];

  constructor(
    private readonly forMs: number,
    private readonly lifeSeconds = 60,
    private readonly states: readonly string[] = [],
  ) {}

  tell(message: string): void {
    for (const one of this.subscriptions) {
      if (Date.now() >= one.endsAt) continue;
      one.told.push(message);
      this.settle(one);
    }
  }

  /** What was in force when it was made goes first. */
  create({ before }: Asked): Reply {
    this.subscriptions.push({ told: [...this.states], answer: undefined, endsAt: this.end() });
    return soap(subscriptionAnswer(`/sub/${String(before)}`, '', until(this.lifeSeconds)));
  }

  async pull({ path }: Asked): Promise<Reply> {
    const one = this.of(path);
    // Of what has ended it is answered politely as well.
    const messages = await new Promise<string[]>((resolve) => {
      one.answer = resolve;
      if (Number.isFinite(this.forMs)) setTimeout(() => resolve([]), this.forMs);
      this.settle(one);
    });
    return soap(pullAnswer(messages, ''));
  }

  renew({ path }: Asked): Reply {
    this.of(path).endsAt = this.end();
    return soap(`<wsnt:RenewResponse>${until(this.lifeSeconds)}</wsnt:RenewResponse>`);
  }

  get answers(): Answers {
    return {
      CreatePullPointSubscription: (asked) => this.create(asked),
      PullMessages: (asked) => this.pull(asked),
      Renew: (asked) => this.renew(asked),
    };
  }

  private settle(one: Waiting): void {
    if (one.answer === undefined || one.told.length === 0) return;
    one.answer(one.told.splice(0));
    one.answer = undefined;
  }

  private of(path: string): Waiting {
    const found = this.subscriptions[Number(path.replace('/sub/', ''))];
    if (found === undefined) throw new Error(`no subscription ${path}`);
    return found;
  }

  private end(): number {
    return Date.now() + this.lifeSeconds * 1_000;
  }
}

describe('a server that holds a pull until there is something to tell', () => {
  test('or for a minute, is waited for: it stays held, and what it tells at any moment is told', async () => {
    const holder = new Holder(2_000);
    const line = await hold(holder.answers);
    const pulls = (): number => line.server.count('PullMessages');
    await line.until('three held pulls', () => pulls() >= 4);
    expect(line.server.count('GetSystemDateAndTime')).toBeGreaterThan(6);
    // Longer and longer after the pull was asked: at first in its time, then not.
    for (let id = 1; id <= 8; id += 1) {
      await new Promise((resolve) => setTimeout(resolve, id * 150));
      holder.tell(crossing(id));
      await line.until('it to be told', () => crossings(line).at(-1) === id);
    }
    expect(crossings(line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(line.path).toEqual(HELD);
    expect(line.connector.reports()[0]?.isHolding).toBe(true);
    expect(line.server.count('CreatePullPointSubscription')).toBe(1);
  });

  test('for longer than the subscription lives: it is renewed beside the pull', async () => {
    const holder = new Holder(Infinity, 6);
    const line = await hold(holder.answers, { pullSeconds: 1 });
    await line.until('it to be renewed twice', () => line.server.count('Renew') >= 2);
    holder.tell(crossing(1));
    await line.until('the crossing', () => crossings(line).length > 0);
    expect(line.path).toEqual(HELD);
    const counts = ['CreatePullPointSubscription', 'PullMessages'].map((one) => line.server.count(one));
    expect(counts[0]).toBe(1);
    expect(counts[1]).toBeLessThanOrEqual(2);
  });

  test('for longer than the subscription lives, without Renew: a new one is there before the old one is given up', async () => {
    const holder = new Holder(Infinity, 6);
    let told = 0;
    const line = await hold(
      {
        ...holder.answers,
        Renew: () => fault('ter:ActionNotSupported', 'Optional Action Not Implemented', 500),
        CreatePullPointSubscription: (asked) => {
          if (asked.before > 0) holder.tell(crossing(++told));
          const made = holder.create(asked);
          if (asked.before > 0) holder.tell(crossing(++told));
          return made;
        },
      },
      { pullSeconds: 1 },
    );
    await line.until('three of them', () => line.server.count('CreatePullPointSubscription') >= 3);
    await line.until('all to be told', () => crossings(line).length >= 4);
    // The second of each two is told to both.
    expect(crossings(line)).toEqual([1, 2, 3, 4]);
    expect(line.path).toEqual(HELD);
  });

  test('for ever: a new subscription is there before the pull of the old one is given up, and nothing is lost', async () => {
    const holder = new Holder(Infinity, 60, [crossing(0)]);
    let told = 0;
    const line = await hold(
      {
        ...holder.answers,
        CreatePullPointSubscription: (asked) => {
          if (asked.before > 0) holder.tell(crossing(++told));
          const made = holder.create(asked);
          if (asked.before > 0) holder.tell(crossing(++told));
          return made;
        },
      },
      { holdSeconds: 1 },
    );
    await line.until('four of them', () => line.server.count('CreatePullPointSubscription') >= 4);
    await line.until('all to be told', () => crossings(line).filter((id) => id > 0).length >= 6);
    expect(crossings(line).filter((id) => id > 0)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(line.path).toEqual(HELD);
  });

  test('is held at once when it is back, and what it tells then is told: its new subscription is not pulled to see whether it lives', async () => {
    const holder = new Holder(Infinity);
    let isBusy = false;
    const line = await hold({
      ...holder.answers,
      PullMessages: async (asked) => {
        const told = await holder.pull(asked);
        return isBusy ? { status: 503 } : told;
      },
    });
    await line.until('a pull', () => line.server.count('PullMessages') > 0);
    isBusy = true;
    holder.tell(crossing(1));
    await line.until('that to be noticed', () => line.path.at(-1) === 'fault');
    isBusy = false;
    // What waits in the old one ends the pull that empties it.
    holder.tell(crossing(2));
    await line.until('the old one to be given back', () => line.server.count('Unsubscribe') > 0);
    await line.until('it to be held', () => line.path.length > HELD.length + 1);
    holder.tell(crossing(3));
    await line.until('it to be told', () => crossings(line).at(-1) === 3);
    expect(crossings(line)).toEqual([2, 3]);
    expect(line.path).toEqual([...HELD, 'fault', 'subscribed']);
  });

  test('and falls silent altogether, is noticed', async () => {
    let isDead = false;
    const holder = new Holder(Infinity);
    const line = await hold({
      ...holder.answers,
      GetSystemDateAndTime: (asked, server) => (isDead ? never() : server.plainly(asked)),
    });
    await line.until('a held pull', () => line.server.count('GetSystemDateAndTime') > 3);
    isDead = true;
    await line.until('that to be noticed', () => line.path.at(-1) === 'unreachable');
  });
});

describe('a server whose pulls hang', () => {
  test('though it has answered them in their time, is given up when that is over', async () => {
    const line = await hold(
      { PullMessages: (asked, server) => (asked.before < 3 ? server.plainly(asked) : never()) },
      { pullSeconds: 1, pullGraceSeconds: 4 },
    );
    await line.until('that to be noticed', () => line.path.at(-1) === 'unreachable');
    expect(line.server.count('PullMessages')).toBe(4);
  });

  test('from the first on, is waited for once and then given up each time, without growing rests', async () => {
    const line = await hold({ PullMessages: never }, { holdSeconds: 1 });
    // Seconds in all; with rests that double after each of them, two minutes.
    const many = (): boolean => line.server.count('CreatePullPointSubscription') >= 10;
    await line.until('ten subscriptions', many);
    expect(line.path.slice(0, 4)).toEqual([...HELD, 'unreachable', 'subscribed']);
  });
});
