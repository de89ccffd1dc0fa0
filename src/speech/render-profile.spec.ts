import { describe, expect, test } from '@jest/globals';
import { chosenProfileIds, deliveryOf, renderProfileIds, renderProfiles, saidIn } from './render-profile.ts';
import { soundClasses, tunesAtFirst, tunesOf, type TunesChosen } from './tunes.ts';

describe('render profiles', () => {
  test('no tune stands in two classes', () => {
    const all = soundClasses.flatMap((soundClass) => [...tunesOf[soundClass]]);
    expect(new Set(all).size).toBe(all.length);
  });

  test('nobody can choose what sounds the alarm', () => {
    for (const id of chosenProfileIds) expect(renderProfiles[id].soundClass).not.toBe('emergency');
    expect(renderProfileIds.filter((id) => renderProfiles[id].soundClass === 'emergency')).toEqual(['alarm']);
  });

  test('a tune of another class is refused, wherever it came from', () => {
    // As a restored or tampered row would have it: the compiler refuses it in our own code.
    const forged = { ...tunesAtFirst, routine: 'two-tone' } as unknown as TunesChosen;
    expect(() => deliveryOf('outdoor', forged)).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'speech.tune-of-another-class' }),
    );
    // @ts-expect-error: an alarm in the routine's place
    const wrong: TunesChosen = { ...tunesAtFirst, routine: 'two-tone' };
    expect(() => deliveryOf('indoor', wrong)).toThrow();
    expect(deliveryOf('alarm', forged).tune).toBe('two-tone');
  });

  test('a drill says that it is one, first and last', () => {
    const said = saidIn(deliveryOf('drill', tunesAtFirst), ['Mời bà con sơ tán.']);
    expect(said).toHaveLength(3);
    expect(said[0]).toContain('diễn tập');
    expect(said[2]).toContain('diễn tập');
    expect(saidIn(deliveryOf('outdoor', tunesAtFirst), ['Mời bà con.'])).toEqual(['Mời bà con.']);
  });
});
