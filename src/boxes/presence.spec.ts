import { describe, expect, test } from '@jest/globals';
import { heardWithinMs, PresenceBook, silentAfterMs } from './presence.ts';

const linkOf = (book: PresenceBook, now: number, enrolled = true) =>
  book.presence('pole', enrolled, now).link;

describe('what is known of a box', () => {
  test('nothing stands there, or nothing was heard yet', () => {
    const book = new PresenceBook();
    expect(linkOf(book, 0, false)).toBe('not-enrolled');
    expect(linkOf(book, 0)).toBe('unknown');
  });

  test('a believed message is enough to be online, for a while', () => {
    const book = new PresenceBook();
    book.heard('pole', 1_000);
    expect(book.presence('pole', true, 1_000 + heardWithinMs)).toEqual({ link: 'online', heardAt: 1_000 });
    expect(linkOf(book, 1_001 + heardWithinMs)).toBe('unknown');
  });

  test("the broker's word carries it a little longer, but not through a half-open line", () => {
    const book = new PresenceBook();
    book.connected('pole', 0);
    book.heard('pole', 1_000);
    expect(linkOf(book, 1_000 + silentAfterMs)).toBe('online');
    expect(linkOf(book, 1_001 + silentAfterMs)).toBe('unknown');
  });

  test('offline is what the broker said, until it is heard or connected again', () => {
    const book = new PresenceBook();
    book.heard('pole', 1_000);
    book.left('pole', 2_000);
    expect(linkOf(book, 2_000)).toBe('offline');
    book.heard('pole', 2_000);
    expect(linkOf(book, 2_000)).toBe('offline');
    book.heard('pole', 2_001);
    expect(linkOf(book, 2_001)).toBe('online');
    book.left('pole', 3_000);
    book.connected('pole', 3_500);
    expect(linkOf(book, 3_500)).toBe('online');
  });

  test('a broker that is lost takes its word with it, and says nothing of the boxes', () => {
    const book = new PresenceBook();
    book.connected('pole', 0);
    book.heard('pole', 0);
    book.brokerLost();
    expect(linkOf(book, heardWithinMs)).toBe('online');
    expect(linkOf(book, heardWithinMs + 1)).toBe('unknown');
  });

  test('an old status that the broker sends again is no sign of life', () => {
    const book = new PresenceBook();
    const sign = (at: number, count: number, box = 'box') => ({ box, at, count });
    expect(book.takes('pole', sign(1_000, 1), 1_100)).toBe(true);
    expect(book.takes('pole', sign(1_000, 1), 1_200)).toBe(false);
    expect(book.takes('pole', sign(1_000, 2), 1_200)).toBe(true);
    expect(book.takes('pole', sign(900, 9), 1_200)).toBe(false);
    // A whole recorded day, in its order, when the service has just been restarted.
    const restarted = new PresenceBook();
    expect(restarted.takes('pole', sign(1_000, 1), 1_001 + heardWithinMs)).toBe(false);
    expect(restarted.takes('pole', sign(5_000 + heardWithinMs, 1), 4_999)).toBe(false);
  });

  test('a service whose clock was set back, and another box, begin anew', () => {
    const book = new PresenceBook();
    const hour = 3_600_000;
    expect(book.takes('pole', { box: 'a', at: 2 * hour, count: 9 }, 2 * hour)).toBe(true);
    expect(book.takes('pole', { box: 'a', at: hour, count: 10 }, hour)).toBe(true);
    expect(book.takes('pole', { box: 'b', at: hour - 5, count: 1 }, hour)).toBe(true);
  });

  test('what was heard of the former box is no evidence for the next', () => {
    const book = new PresenceBook();
    book.heard('pole', 1_000);
    book.forget('pole');
    expect(book.presence('pole', true, 1_000)).toEqual({ link: 'unknown', heardAt: null });
  });
});
