import { describe, expect, test } from '@jest/globals';
import { sourceNamed, type VideoSource } from './video-sources.ts';

const sources: VideoSource[] = [1, 2, 3].map((n) => ({
  token: `VideoSource_${n}`,
  name: n === 3 ? 'Cổng' : `Kênh ${n}`,
  aliases: [`VideoSourceConfig_${n}`, `Profile_${n}`, 'analytics_of_all'],
}));
const named = (name: string, value: string) => sourceNamed([{ name, value }], sources);

describe('the source that a notice names', () => {
  test('is found by its own token, its configuration, its profile and its name', () => {
    expect(named('VideoSourceToken', 'VideoSource_2')).toBe('VideoSource_2');
    expect(named('Source', 'videosource_1')).toBe('VideoSource_1');
    expect(named('VideoSourceConfigurationToken', 'VideoSourceConfig_3')).toBe('VideoSource_3');
    expect(named('ProfileToken', 'Profile_2')).toBe('VideoSource_2');
    expect(named('channel', ' cổng ')).toBe('VideoSource_3');
  });

  test('is not guessed: what is shared, unknown, a rule or a part of a token names nothing', () => {
    expect(named('VideoAnalyticsConfigurationToken', 'analytics_of_all')).toBeNull();
    expect(named('VideoSourceToken', 'VideoSource_9')).toBeNull();
    expect(named('Rule', 'VideoSource_2')).toBeNull();
    expect(named('Source', 'VideoSource')).toBeNull();
    expect(sourceNamed([], sources)).toBeNull();
  });

  test('is the one that one item names, where another is shared by all', () => {
    const items = [
      { name: 'VideoAnalyticsConfigurationToken', value: 'analytics_of_all' },
      { name: 'VideoSourceConfigurationToken', value: 'VideoSourceConfig_2' },
    ];
    expect(sourceNamed(items, sources)).toBe('VideoSource_2');
  });
});
