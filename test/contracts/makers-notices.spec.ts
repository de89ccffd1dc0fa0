import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { noticeEntry, type NoticeEntry } from '../../devices/connector/notice-entry.ts';
import { noticesIn } from '../../devices/connector/notice.ts';
import { answerOf } from '../../devices/connector/soap.ts';
import { fixtures, kindsOf, tableRows, type Row } from '../../devices/protocol/makers.testing.ts';
import { stateOf } from '../../devices/protocol/topic-map.ts';
import { sourceNamed } from '../../devices/protocol/video-sources.ts';

/** Where the tables were collected, beside the repository; they may have grown since the fixtures were taken. */
const collected = '../shared/cameras';

/** The row as a whole answer to PullMessages, and what the connector makes of it. */
function read({ topic, source, data, elements, operation }: Row): NoticeEntry {
  const items = (all: Row['data']): string =>
    all.map(({ name, value }) => `<tt:SimpleItem Name="${name}" Value="${value}"/>`).join('');
  const inside = elements.map((name) => `<tt:ElementItem Name="${name}"><tt:${name}/></tt:ElementItem>`);
  const property = operation === 'none' ? '' : ` PropertyOperation="${operation}"`;
  const answer =
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><tev:PullMessagesResponse>' +
    `<wsnt:NotificationMessage><wsnt:Topic>${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="2026-11-22T08:00:00Z"${property}>` +
    `<tt:Source>${items(source)}</tt:Source><tt:Data>${items(data)}${inside.join('')}</tt:Data>` +
    '</tt:Message></wsnt:Message></wsnt:NotificationMessage></tev:PullMessagesResponse></s:Body></s:Envelope>';
  const [notice] = noticesIn(answerOf(answer));
  if (notice === undefined) throw new Error('no notice');
  return noticeEntry(notice, { id: 'id', camera: 'camera', receivedAt: 0, clock: undefined });
}

/** As a person reads the row's first value. */
const booleans: Readonly<Record<string, boolean>> = {
  ...{ true: true, TRUE: true, '1': true, ON: true, active: true },
  ...{ false: false, FALSE: false, '0': false, inactive: false, '': false },
};
/** These are something that is told, never something that goes on and off. */
const statusMeanings =
  /^(other|storage|network state|last |device |CPU|PTZ|recording|counter|media|day\/night|relay|schedule|TLS|hardware)/;
const notPersons = 'IsNotPerson';

function stateRight(row: Row, entry: NoticeEntry): boolean {
  if (row.operation === 'Initialized' || statusMeanings.test(row.meaning)) return entry.phase === 'state';
  const told = row.data.find(({ name, value }) => booleans[value] !== undefined && name !== 'ObjectId');
  if (told === undefined) {
    const isNamed = row.data.some(({ name }) => name === 'ClassTypes');
    return isNamed ? entry.phase === 'begin' : ['instant', 'state'].includes(entry.phase);
  }
  const on = booleans[told.value] !== (told.name === notPersons);
  return entry.phase === (on ? 'begin' : 'end') && stateOf(entry) === on;
}

/** The source that it names is found among others; what names none is not placed by a guess. */
function sourceRight(row: Row, entry: NoticeEntry): boolean {
  const named = row.source.find(({ name, value }) => /^(Video)?Source/.test(name) && value !== '');
  const token = named?.value ?? 'a source';
  const sources = [token, 'another source'].map((one) => ({ token: one, name: one, aliases: [] }));
  const isSame = JSON.stringify(entry.source) === JSON.stringify(row.source);
  return isSame && sourceNamed(entry.source, sources) === (named === undefined ? null : token);
}

const kindRight = (row: Row, { kind }: NoticeEntry): boolean =>
  kindsOf[row.meaning]?.some((one) => one === kind) === true;

describe.each(['notices.tsv', 'declared.tsv'])('the makers’ forms of %s', (file) => {
  const rows = tableRows(`${fixtures}/${file}`);

  test.each(rows.map((row) => [row.topic, row.maker, row] as const))(
    '%s (%s) are read: kind, source, state',
    (...[, , row]) => {
      const entry = read(row);
      const isDeclared = file === 'declared.tsv';
      expect({
        ...{ row: row.line, read: [entry.kind, entry.phase], kind: kindRight(row, entry) },
        source: sourceRight(row, entry),
        state: isDeclared || stateRight(row, entry),
      }).toEqual({ row: row.line, read: expect.anything(), kind: true, source: true, state: true });
    },
  );
});

test('how much of the makers’ words is understood is told, of the collected tables as well where they lie beside us', () => {
  for (const file of ['notices.tsv', 'declared.tsv']) {
    const own = tableRows(`${fixtures}/${file}`);
    const tell = (of: object): void =>
      void process.stdout.write(`${JSON.stringify({ suite: 'makers-notices', file, ...of })}\n`);
    const figures = understood(own);
    tell(figures);
    expect(figures.rows).toBeGreaterThan(80);
    if (!existsSync(`${collected}/${file}`)) {
      tell({ collected: 'not beside this repository: not measured' });
      continue;
    }
    const all = tableRows(`${collected}/${file}`);
    const lines = new Set(all.map(({ line }) => line));
    expect(own.filter(({ line }) => !lines.has(line))).toEqual([]);
    tell({ collected: understood(all) });
  }
});

function understood(rows: readonly Row[]): Readonly<Record<string, number>> {
  const each = rows.map((row) => ({ row, entry: read(row) }));
  const count = (holds: (one: { row: Row; entry: NoticeEntry }) => boolean): number =>
    each.filter(holds).length;
  return {
    rows: rows.length,
    makers: new Set(rows.map(({ maker }) => maker)).size,
    known: count(({ entry }) => entry.kind !== 'unknown'),
    kind: count(({ row, entry }) => kindRight(row, entry)),
    source: count(({ row, entry }) => sourceRight(row, entry)),
    // Declarations have types where messages have values.
    ...(rows.some(({ operation }) => operation !== 'none')
      ? { state: count(({ row, entry }) => stateRight(row, entry)) }
      : {}),
  };
}
