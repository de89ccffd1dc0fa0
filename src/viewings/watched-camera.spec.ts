import { describe, expect, test } from '@jest/globals';
import { WatchedCamera } from './watched-camera.ts';

const jpeg = Buffer.from('a picture');
const camera = (): WatchedCamera => new WatchedCamera('commune', 'camera', 'connector', 'view');

describe('the picture of a watched camera', () => {
  test('grows old from when the camera was asked for it, also while the same bytes come again', () => {
    const watched = camera();
    expect(watched.state(0)).toEqual({ number: 0, ageMs: null, stillMs: 0, unmovedMs: 0, fault: null });
    watched.showNew(jpeg, 'one', 1_000, 1_300);
    expect(watched.state(1_400)).toEqual({ number: 1, ageMs: 400, stillMs: 0, unmovedMs: 0, fault: null });
    watched.showSame(4_000, 4_100);
    watched.showSame(6_500, 6_600);
    expect(watched.state(7_000)).toEqual({
      number: 3,
      ageMs: 6_000,
      stillMs: 5_500,
      unmovedMs: 0,
      fault: null,
    });
    expect(watched.newerThan(1)).toBeNull();
    watched.showNew(jpeg, 'two', 7_000, 7_100);
    expect(watched.state(7_200)).toEqual({ number: 4, ageMs: 200, stillMs: 0, unmovedMs: 0, fault: null });
    expect(watched.newerThan(1)).toMatchObject({ number: 4, sha256: 'two' });
  });

  test('is never younger than now, nor taken back by one that was overtaken', () => {
    const watched = camera();
    watched.showNew(jpeg, 'ahead', 99_000, 5_000);
    expect(watched.state(6_000).ageMs).toBe(1_000);
    watched.showNew(jpeg, 'late', 4_000, 6_000);
    expect(watched.shows('ahead')).toBe(true);
  });

  test('is compared every other second, and what could not be compared proves nothing', () => {
    const watched = camera();
    const cells = new Uint32Array(3_600);
    expect(watched.wantsComparing('0')).toBe(false);
    const compared: number[] = [];
    const show = (ms: number, read: typeof cells | null): void => {
      watched.showNew(jpeg, `${ms}`, ms, ms);
      // One that was overtaken is not the one that is shown.
      expect(watched.wantsComparing('another')).toBe(false);
      if (!watched.wantsComparing(`${ms}`)) return;
      compared.push(ms);
      watched.compare(read);
    };
    for (let ms = 0; ms <= 70_000; ms += 500) show(ms, cells);
    expect(compared).toHaveLength(36);
    expect(watched.state(70_000)).toMatchObject({ ageMs: 0, stillMs: 0, unmovedMs: 70_000 });
    show(72_000, null);
    expect(watched.state(72_000).unmovedMs).toBe(0);
    show(74_000, cells);
    show(76_000, cells);
    expect(watched.state(76_000).unmovedMs).toBe(2_000);
  });

  test('keeps growing old while the camera gives none, and says why', () => {
    const watched = camera();
    watched.showNew(jpeg, 'one', 1_000, 1_000);
    watched.showFault('silent');
    expect(watched.state(9_000)).toEqual({
      number: 2,
      ageMs: 8_000,
      stillMs: 0,
      unmovedMs: 0,
      fault: 'silent',
    });
    watched.showSame(9_500, 9_600);
    expect(watched.state(9_600).fault).toBeNull();
  });

  test('is waited for until the next answer, or the end', async () => {
    const watched = camera();
    const waited = [watched.answerAfter(0, 60_000), watched.answerAfter(0, 60_000)];
    watched.showFault('no-pictures');
    await Promise.all(waited);
    await watched.answerAfter(0, 60_000);
    const open = watched.answerAfter(1, 60_000);
    watched.close();
    await open;
    await watched.answerAfter(1, 1);
  });
});
