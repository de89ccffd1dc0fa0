import { describe, expect, jest, test } from '@jest/globals';
import { CameraFault } from '../../devices/connector/camera-fault.ts';
import { noticesIn } from '../../devices/connector/notice.ts';
import { answerOf } from '../../devices/connector/soap.ts';
import { drawer, quantile, seed } from './seed.ts';

jest.setTimeout(600_000);

/** A slice guards a change. */
const bodies = process.env.LOA_FAULTS_SLICE === undefined ? 20_000 : 2_000;
const random = drawer(seed);
const below = (count: number): number => Math.floor(random() * count);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

const notice =
  '<wsnt:NotificationMessage><wsnt:Topic>tns1:RuleEngine/CellMotionDetector/Motion</wsnt:Topic><wsnt:Message>' +
  '<tt:Message UtcTime="2026-11-22T08:00:00Z" PropertyOperation="Changed"><tt:Data><tt:SimpleItem Name="IsMotion" ' +
  'Value="true"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>';
const good = (times: number): string =>
  '<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><tev:PullMessagesResponse ' +
  `xmlns:tev="urn:e">${notice.repeat(times)}</tev:PullMessagesResponse></s:Body></s:Envelope>`;
const noise = (length: number): string =>
  Array.from({ length }, () =>
    String.fromCodePoint(pick([0, 9, 38, 60, 62, 34, 39, 93, 33, 0xd83d, 0x1f600, 97])),
  ).join('');

/** Each is what a broken or hostile camera has been seen to send, or what an attacker would; by a name for the figures. */
const kinds: Readonly<Record<string, () => string>> = {
  noise: () => noise(below(2_000)),
  empty: () => pick(['', ' ', '\uFEFF', '<?xml version="1.0"?>']),
  truncated: () => good(5).slice(0, below(good(5).length)),
  spliced: () => {
    const at = below(good(3).length);
    return good(3).slice(0, at) + noise(1 + below(20)) + good(3).slice(at + below(50));
  },
  'bytes of another encoding': () =>
    Buffer.from(good(2), pick(['utf16le', 'base64', 'hex'])).toString('utf8'),
  'entity bomb': () =>
    `<!DOCTYPE x [${Array.from({ length: 10 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('')}]><x>&e10;</x>`,
  'external entity': () => '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
  'references to nothing': () => good(1).replace('true', '&e10;&#x110000;&#0;&bogus;'),
  deep: () => '<a>'.repeat(20_000) + '</a>'.repeat(below(2) * 20_000),
  'tags without end': () => '<a '.repeat(30_000),
  attributes: () => `<a ${Array.from({ length: 3_000 }, (_, n) => `b${n}="${n}"`).join(' ')}/>`,
  'comments and sections': () => `<a>${pick(['<!--', '<![CDATA[', '<?'])}${'-'.repeat(below(50_000))}`,
  'names of objects': () => '<__proto__><constructor prototype="1"/><toString/></__proto__>',
};

/** The growth of memory is told, not judged: this process compiles and collects for itself. */
describe('C1, C2: a camera whose answers are malformed', () => {
  test(`${bodies} of them are refused or read, each in little time and none for good`, () => {
    const names = Object.keys(kinds);
    const timesOf = new Map<string, number[]>();
    const faults: Record<string, number> = {};
    const taken: string[] = [];
    let strange = '';
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    for (let turn = 0; turn < bodies; turn += 1) {
      const name = names[turn % names.length] ?? '';
      const body = kinds[name]?.() ?? '';
      const begun = process.cpuUsage();
      try {
        const notices = noticesIn(answerOf(body));
        if (notices.length > 0) taken.push(name);
      } catch (error) {
        if (error instanceof CameraFault) faults[name] = (faults[name] ?? 0) + 1;
        else strange = `${name}: ${String(error)}`;
      }
      const spent = process.cpuUsage(begun);
      timesOf.set(name, [...(timesOf.get(name) ?? []), (spent.user + spent.system) / 1_000]);
    }
    const rssGrowthMb = Math.round((process.memoryUsage().rss - before) / 1_048_576);
    const medians = [...timesOf].map(([name, times]) => [name, quantile(times, 0.5)] as const);
    const [slowest = '', slowestMs = Number.NaN] = medians.sort((a, b) => b[1] - a[1])[0] ?? [];
    const figures = { suite: 'malformed-answers', seed, bodies, slowest, slowestMs, rssGrowthMb, faults };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(strange).toBe('');
    // C2: of processor each. The middle one of its kind: a collection of garbage falls into some.
    expect(slowestMs).toBeLessThanOrEqual(50);
    for (const name of ['empty', 'entity bomb', 'external entity', 'deep', 'tags without end'])
      expect(faults[name]).toBeGreaterThan(0);
    // What is still whole is read, what refers to nothing stays as it was written; nothing hostile becomes a notice.
    expect(
      new Set(taken.filter((name) => !['truncated', 'spliced', 'references to nothing'].includes(name))),
    ).toEqual(new Set());
    expect(({} as Record<string, unknown>).prototype).toBeUndefined();
  });
});
