import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { jsonLine } from './program.ts';

/** As pino writes it: 40 is a warning, 50 an error, 60 the end. */
const warning = z.object({
  level: z.int().min(40),
  room: z.string().default(''),
  msg: z.string().default(''),
});

/**
 * What no story can be the cause of, whatever it kills or fills up: a question that the database does not understand, and
 * what JavaScript says of a value that is not there.
 */
const ownMistake =
  /\(SQLSTATE 42|Cannot (read|set) properties of|is not (a function|iterable|a constructor|defined)/;

/**
 * The mistakes that a service warned of in its log. What fails every minute in the background shows on no screen, and so
 * in no story, but here.
 * @returns each sentence once, with the number of times that it was said, in the order of the first
 */
export async function ownMistakesIn(logPath: string): Promise<string[]> {
  const counted = new Map<string, number>();
  for (const text of (await readFile(logPath, 'utf8').catch(() => '')).split('\n')) {
    const told = warning.safeParse(jsonLine(text));
    if (!told.success || !ownMistake.test(told.data.msg)) continue;
    const sentence = `${told.data.room}: ${told.data.msg}`;
    counted.set(sentence, (counted.get(sentence) ?? 0) + 1);
  }
  return [...counted].map(([sentence, times]) => (times === 1 ? sentence : `${sentence} (${times} times)`));
}
