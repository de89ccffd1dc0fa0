import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { longestViewMs } from '../protocol/camera-messages.ts';
import type { CameraView } from '../protocol/camera-messages.ts';
import type { LivePicture } from './live-picture.ts';
import { LiveViews } from './live-view.ts';
import type { Frame } from './live-view.ts';

const camera = v7();
const pictureOf = (text: string): LivePicture => {
  const bytes = Buffer.from(text);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** Each picture is given when the test says so, and so is the line's word that it has it. */
class Rig {
  readonly sent: { frame: Frame; picture: string }[] = [];
  nowMs = 1_000_000;
  taken = 0;
  isLineAway = false;
  private give: ((picture: LivePicture) => void) | undefined;

  readonly views = new LiveViews({
    take: () => {
      this.taken += 1;
      return new Promise((resolve) => (this.give = resolve));
    },
    send: (frame, picture) => {
      if (this.isLineAway) return Promise.reject(new Error('the link is down'));
      this.sent.push({ frame, picture: Buffer.from(picture).toString() });
      return Promise.resolve();
    },
    onTrouble: (error) => {
      throw error;
    },
    now: () => this.nowMs,
  });

  order(view: string, more: Partial<CameraView> = {}): void {
    this.views.order({
      ...{ v: 1, commune: v7(), connector: v7(), view, camera, issuedAt: this.nowMs },
      ...{ untilAt: this.nowMs + 20_000, everyMs: 1, bytesPerSecond: 1_000_000, ...more },
    });
  }

  /** Answers the camera's next question. */
  async answer(picture: LivePicture): Promise<void> {
    await this.until(() => this.give !== undefined);
    const give = this.give;
    this.give = undefined;
    // What `everyMs` waits for has passed.
    this.nowMs += 10;
    give?.(picture);
  }

  async until(what: () => boolean): Promise<void> {
    while (!what()) await new Promise((resolve) => setImmediate(resolve));
  }
}

const rigs: Rig[] = [];
function rig(): Rig {
  const made = new Rig();
  rigs.push(made);
  return made;
}
afterEach(() => {
  for (const made of rigs.splice(0)) made.views.stop();
});

describe('a camera that is watched', () => {
  test('gives one picture after the other; bytes that are the last ones again are not sent again', async () => {
    const site = rig();
    site.order(v7());
    for (const text of ['one', 'one', 'two', 'one']) await site.answer(pictureOf(text));
    await site.until(() => site.sent.length === 4);
    expect(site.sent.map(({ frame, picture }) => [frame.number, picture])).toEqual([
      [1, 'one'],
      [2, ''],
      [3, 'two'],
      [4, 'one'],
    ]);
    expect(site.sent[1]?.frame.picture).toEqual(site.sent[0]?.frame.picture);
    // From when it was asked, not from when it answered.
    expect(site.sent[0]?.frame.askedAt).toBe(1_000_000);
  });

  test('says why it gives none', async () => {
    const site = rig();
    site.order(v7());
    await site.answer({ fault: 'no-pictures' });
    await site.until(() => site.sent.length === 1);
    expect(site.sent[0]).toMatchObject({ frame: { fault: 'no-pictures', picture: null }, picture: '' });
  });

  test('is asked no more when the order has run out, or is taken back; a late copy of it is no new one', async () => {
    const site = rig();
    const [first, second] = [v7(), v7()];
    const order = { issuedAt: site.nowMs, untilAt: site.nowMs + 20_000 };
    site.order(first);
    await site.answer(pictureOf('one'));
    await site.until(() => site.taken === 2);
    site.nowMs += 20_000;
    await site.answer(pictureOf('too late'));
    await site.until(() => site.views.size === 0);
    site.order(first, order);
    expect(site.views.size).toBe(0);
    expect(site.sent).toHaveLength(1);

    site.order(second);
    await site.until(() => site.taken === 3);
    site.order(second, { untilAt: 0 });
    await site.answer(pictureOf('nobody looks'));
    await site.until(() => site.views.size === 0);
    expect(site.sent).toHaveLength(1);
  });

  test('is not asked for longer than a minute, whatever is ordered', async () => {
    const site = rig();
    site.order(v7(), { untilAt: site.nowMs + 86_400_000 });
    await site.answer(pictureOf('one'));
    await site.until(() => site.taken === 2);
    site.nowMs += longestViewMs;
    await site.answer(pictureOf('two'));
    await site.until(() => site.views.size === 0);
    expect(site.sent).toHaveLength(1);
  });

  test('is sent whole to a view that begins anew, and after a line that was away', async () => {
    const site = rig();
    site.order(v7());
    await site.answer(pictureOf('one'));
    await site.until(() => site.taken === 2);
    site.isLineAway = true;
    await site.answer(pictureOf('two'));
    await site.until(() => site.taken === 3);
    site.isLineAway = false;
    await site.answer(pictureOf('two'));
    await site.until(() => site.sent.length === 2);
    expect(site.sent[1]?.picture).toBe('two');
  });

  test('channels of one recorder that nobody has registered are looked at beside each other', async () => {
    const site = rig();
    const views = [v7(), v7()] as const;
    site.order(views[0], { source: 'VideoSource_1' });
    site.order(views[1], { source: 'VideoSource_2' });
    expect([site.views.size, site.taken]).toEqual([2, 2]);
    site.order(views[0], { source: 'VideoSource_1', untilAt: 0 });
    site.order(views[1], { source: 'VideoSource_2' });
    await site.answer(pictureOf('the second'));
    await site.until(() => site.sent.length === 1);
    expect(site.sent[0]?.frame.view).toBe(views[1]);
  });
});
