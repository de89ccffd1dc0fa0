import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { seed } from '../../../test/faults/seed.ts';
import { Numbers } from './numbers.ts';

const north = new Numbers('north');

/*
 * The other library says lẻ for linh and tỉ for tỷ, which the conventions hold for equal; it is told our words. It runs
 * in a thread, as its look-ups of globals are four times as dear inside of Jest's virtual machine.
 */
const WITNESS = `
  const { parentPort } = require('node:worker_threads');
  const { doReadNumber, ReadingConfig } = require('read-vietnamese-number');
  const words = Object.assign(new ReadingConfig(), {
    unit: [], oddText: 'linh', units: [[], ['nghìn'], ['triệu'], ['tỷ']],
  });
  parentPort.on('message', (numbers) => {
    parentPort.postMessage(numbers.split(' ').map((number) => doReadNumber(number, words)).join('\\n'));
  });
`;
const CHUNK = 10_000;
let witness: Worker;

beforeAll(() => {
  witness = new Worker(WITNESS, { eval: true });
});

afterAll(async () => {
  await witness.terminate();
});

/** The first five numbers that the two say differently. */
async function differences(numbers: Iterable<string>): Promise<string[]> {
  const wrong: string[] = [];
  const compare = async (chunk: readonly string[]): Promise<void> => {
    const answer = once(witness, 'message') as Promise<[string]>;
    witness.postMessage(chunk.join(' '));
    const ours = chunk.map((number) => north.cardinal(number));
    const [theirs] = await answer;
    if (ours.join('\n') === theirs) return;
    const lines = theirs.split('\n');
    for (const [at, said] of ours.entries())
      if (said !== lines[at]) wrong.push(`${chunk[at]}: ${said} | ${lines[at]}`);
  };
  let chunk: string[] = [];
  for (const number of numbers) {
    if (chunk.push(number) < CHUNK) continue;
    await compare(chunk);
    chunk = [];
    if (wrong.length >= 5) break;
  }
  if (chunk.length > 0) await compare(chunk);
  return wrong.slice(0, 5);
}

function* upTo(last: number): Generator<string> {
  for (let number = 0; number <= last; number += 1) yield `${number}`;
}

/** Numbers of 7 to 16 digits, half of them with runs of zeros, where *linh* and *không trăm* are. */
function* beyond(count: number): Generator<string> {
  const { imul } = Math;
  let state = seed | 1;
  const next = (): string => {
    state = (imul(state, 1_664_525) + 1_013_904_223) | 0;
    return `${(state >>> 8) + 10_000_000}`;
  };
  for (let round = 0; round < count; round += 1) {
    const whole = (next() + next()).slice(0, 7 + (round % 10));
    yield round % 2 === 0 ? whole : `${whole[0] ?? ''}${whole.slice(1).replaceAll(/[2-6]/gu, '0')}`;
  }
}

describe('cardinals', () => {
  test('every number to a million is said as by an independent reader', async () => {
    expect(await differences(upTo(1_000_000))).toEqual([]);
  });

  test('a million seeded numbers beyond are said alike', async () => {
    process.stdout.write(`numbers: LOA_SEED=${seed}\n`);
    expect(await differences(beyond(1_000_000))).toEqual([]);
  });

  test('the south says ngàn and lẻ', () => {
    expect(new Numbers('south').cardinal(1105)).toBe('một ngàn một trăm lẻ năm');
  });

  test('decimals of two digits are a number, longer ones and those with a zero go digit by digit', () => {
    expect(north.decimal('3', '14')).toBe('ba phẩy mười bốn');
    expect(north.decimal('1', '05')).toBe('một phẩy không năm');
    expect(north.decimal('5', '125')).toBe('năm phẩy một hai năm');
  });
});
