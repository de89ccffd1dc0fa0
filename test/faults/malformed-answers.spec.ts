import { describe, expect, jest, test } from '@jest/globals';
import { CameraFault } from '../../devices/connector/camera-fault.ts';
import { noticesIn } from '../../devices/connector/notice.ts';
import { answerOf } from '../../devices/connector/soap.ts';
import { drawer, isFull, quantile, seed } from './seed.ts';

jest.setTimeout(1_200_000);

const bodies = isFull ? 100_000 : 20_000;
const progressEvery = 10_000;
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
  'made to choke a regular expression': () => good(1).replace('</tev:', `${'xmlns '.repeat(20_000)}</tev:`),
  attributes: () => `<a ${Array.from({ length: 3_000 }, (_, n) => `b${n}="${n}"`).join(' ')}/>`,
  'comments and sections': () => `<a>${pick(['<!--', '<![CDATA[', '<?'])}${'-'.repeat(below(50_000))}`,
  'names of objects': () => '<__proto__><constructor prototype="1"/><toString/></__proto__>',
};

interface Found {
  /** The kind whose middle one took the most of processor. */
  readonly slowest: string;
  readonly slowestMs: number;
  /** By kind: how many were refused in the way that the rest of the connector understands. */
  readonly refused: Readonly<Record<string, number>>;
  /** Kinds that something was read from. */
  readonly taken: ReadonlySet<string>;
  /** A failure that nobody is prepared for; empty where there was none. */
  readonly strange: string;
}

/** Gives a reader so many bodies, one of each of these kinds in turn, and tells how far it is. */
function feed(read: (body: string) => readonly unknown[], count: number, names = Object.keys(kinds)): Found {
  const timesOf = new Map<string, number[]>();
  const refused: Record<string, number> = {};
  const taken = new Set<string>();
  let strange = '';
  for (let turn = 0; turn < count; turn += 1) {
    const name = names[turn % names.length] ?? '';
    const body = kinds[name]?.() ?? '';
    const begun = process.cpuUsage();
    try {
      if (read(body).length > 0) taken.add(name);
    } catch (error) {
      if (error instanceof CameraFault) refused[name] = (refused[name] ?? 0) + 1;
      else strange = `${name}: ${String(error)}`;
    }
    const spent = process.cpuUsage(begun);
    const times = timesOf.get(name) ?? [];
    times.push((spent.user + spent.system) / 1_000);
    timesOf.set(name, times);
    if ((turn + 1) % progressEvery === 0)
      process.stdout.write(`malformed-answers: ${turn + 1} of ${count}\n`);
  }
  const medians = [...timesOf].map(([name, times]) => [name, quantile(times, 0.5)] as const);
  const [slowest = '', slowestMs = Number.NaN] = medians.sort((a, b) => b[1] - a[1])[0] ?? [];
  return { slowest, slowestMs, refused, taken, strange };
}

/** What is still whole is read, what refers to nothing stays as it was written; nothing hostile becomes a notice. */
const mayBeRead = new Set([
  ...['truncated', 'spliced', 'references to nothing', 'made to choke a regular expression'],
]);
/** C2, of processor each. The middle one of its kind: a collection of garbage falls into some. */
const longestMs = 50;

/** What is wrong with a reader; empty where nothing is. */
function wrongs({ strange, slowestMs, slowest, refused, taken }: Found): string[] {
  const mustRefuse = ['empty', 'entity bomb', 'external entity', 'deep', 'tags without end'];
  return [
    ...(strange === '' ? [] : ['not prepared for']),
    ...(slowestMs <= longestMs ? [] : [`slow: ${slowest}`]),
    ...mustRefuse.filter((name) => (refused[name] ?? 0) === 0).map((name) => `not refused: ${name}`),
    ...[...taken].filter((name) => !mayBeRead.has(name)).map((name) => `believed: ${name}`),
  ];
}

/** The growth of memory is told, not judged: this process compiles and collects for itself. */
describe('C1, C2: a camera whose answers are malformed', () => {
  test(`${bodies} of them are refused or read, each in little time and none for good`, () => {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const found = feed((body) => noticesIn(answerOf(body)), bodies);
    const rssGrowthMb = Math.round((process.memoryUsage().rss - before) / 1_048_576);
    const { slowest, slowestMs, refused } = found;
    const figures = { suite: 'malformed-answers', seed, bodies, slowest, slowestMs, rssGrowthMb, refused };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(wrongs(found)).toEqual([]);
    expect(({} as Record<string, unknown>).prototype).toBeUndefined();
  });

  test('turns red where npm onvif’s regular expression reads them first', () => {
    const chokes = ['made to choke a regular expression'];
    const found = feed(
      // onvif 0.8.3, lib/utils.js, parseSOAPString: what was seen to freeze a process for seconds.
      (body) => noticesIn(answerOf(body.replace(/xmlns([^=]*?)=(".*?")/g, ''))),
      5,
      chokes,
    );
    expect(wrongs(found)).toContain('slow: made to choke a regular expression');
  });

  test('turns red where a reader takes what looks like a notice out of whatever comes', () => {
    const entities = ['entity bomb', 'external entity'];
    const found = feed((body) => body.match(/<\w+>[^]*?<\/\w+>/) ?? [], 10, entities);
    expect(wrongs(found)).toEqual(
      expect.arrayContaining(['not refused: entity bomb', 'believed: external entity']),
    );
  });
});
