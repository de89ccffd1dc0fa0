import type { VideoSource } from '../protocol/video-sources.ts';
import { find, textAt, type XmlElement } from './xml.ts';

/** A source and the first profile that shows it. */
export interface ProfiledSource extends VideoSource {
  readonly profile: string;
}

const MOST_SOURCES = 64;
const MOST_ALIASES = 32;
const LONGEST = 200;

/**
 * The video sources that the profiles show, in the order of GetVideoSources where that was answered, else of the
 * profiles. A source without a profile has no picture and is none here.
 */
export function videoSourcesIn(
  profiles: XmlElement | undefined,
  declared: XmlElement | undefined,
): ProfiledSource[] {
  const found = new Map<string, { name: string; profile: string; aliases: Set<string> }>();
  for (const element of profiles?.children ?? []) {
    const profile = element.attributes.get('token');
    const configuration = find(element, 'VideoSourceConfiguration');
    const token = textAt(configuration, 'SourceToken')?.trim() ?? '';
    if (profile === undefined || token === '' || token.length > LONGEST) continue;
    const name = (textAt(configuration, 'Name') ?? textAt(element, 'Name') ?? '').trim().slice(0, LONGEST);
    const source = found.get(token) ?? { name, profile, aliases: new Set() };
    const tokens = [
      ...[configuration, find(element, 'VideoAnalyticsConfiguration')].map((one) =>
        one?.attributes.get('token'),
      ),
      profile,
    ];
    for (const alias of tokens) if (alias !== undefined && alias.length <= LONGEST) source.aliases.add(alias);
    found.set(token, source);
  }
  const order = (declared?.children ?? []).flatMap((one) => one.attributes.get('token') ?? []);
  const rank = (token: string): number => (order.includes(token) ? order.indexOf(token) : order.length);
  return [...found]
    .sort(([a], [b]) => rank(a) - rank(b))
    .slice(0, MOST_SOURCES)
    .map(([token, { name, profile, aliases }]) => ({
      ...{ token, name, profile },
      aliases: [...aliases].slice(0, MOST_ALIASES),
    }));
}
