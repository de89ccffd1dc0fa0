/*
 * npm run bench:reading -- FILE        how well written Vietnamese is read, on a corpus of written<TAB>spoken<TAB>category
 *
 * Prints a table of the categories and every miss; the last line is JSON:
 *   rows          rows of the file
 *   exact         share (0–1) whose reading equals one of the accepted forms; where DOUBT is accepted, raising a doubt counts
 *   canonical     share (0–1) whose reading equals the first accepted form
 *   silentErrors  misses that raised no doubt: what would go on air wrong without anybody having been asked
 *   byCategory    per category: rows, exact, silentErrors
 *   msPerRow      mean time of one reading, milliseconds
 */
import { readFileSync } from 'node:fs';
import { Failure } from '../../src/base/failure.ts';
import { loadLexicon } from '../../src/speech/reading/lexicon.file.ts';
import { readAloud } from '../../src/speech/reading/reading.ts';
import { judge, parseCorpus } from '../fixtures/corpora/comparing.ts';

interface Tally {
  rows: number;
  exact: number;
  silentErrors: number;
}

const file = process.argv[2] ?? 'test/fixtures/corpora/reading.tsv';
const lexicon = loadLexicon('config/lexicon/vi.tsv');
const rows = parseCorpus(readFileSync(file, 'utf8'));
const categories = new Map<string, Tally>();
let canonical = 0;
let spent = 0;

for (const row of rows) {
  const tally = categories.get(row.category) ?? { rows: 0, exact: 0, silentErrors: 0 };
  categories.set(row.category, tally);
  tally.rows += 1;
  const begun = performance.now();
  const { spoken, doubts } = attempt(row.written);
  spent += performance.now() - begun;
  const judgement = judge(row, spoken, doubts.length > 0);
  if (judgement.canonical) canonical += 1;
  if (judgement.exact) {
    tally.exact += 1;
    continue;
  }
  if (doubts.length === 0) tally.silentErrors += 1;
  const raised = doubts.length > 0 ? `raised: ${doubts.join(', ')}` : 'SILENT';
  process.stdout.write(
    `MISS ${row.category}: ${row.written}\n  said   ${spoken}\n  wanted ${row.accepted.join(' | ')}\n  ${raised}\n`,
  );
}

function attempt(written: string): { spoken: string; doubts: string[] } {
  try {
    const reading = readAloud(written, { lexicon });
    return { spoken: reading.spoken, doubts: reading.doubts.map(({ code }) => code) };
  } catch (error) {
    // A clear refusal stops the text before the air: it counts as raised.
    if (error instanceof Failure) return { spoken: '', doubts: [error.code] };
    throw error;
  }
}

const total = [...categories.values()].reduce(
  (sum, one) => ({ exact: sum.exact + one.exact, silent: sum.silent + one.silentErrors }),
  { exact: 0, silent: 0 },
);
process.stdout.write(
  `\n${'category'.padEnd(20)}${'rows'.padStart(6)}${'exact'.padStart(8)}${'silent'.padStart(8)}\n`,
);
for (const [name, tally] of [...categories].sort(([a], [b]) => a.localeCompare(b))) {
  const share = `${((100 * tally.exact) / tally.rows).toFixed(1)}%`;
  process.stdout.write(
    `${name.padEnd(20)}${String(tally.rows).padStart(6)}${share.padStart(8)}${String(tally.silentErrors).padStart(8)}\n`,
  );
}
const share = (count: number): number => (rows.length === 0 ? 0 : count / rows.length);
process.stdout.write(
  `${JSON.stringify({
    rows: rows.length,
    exact: share(total.exact),
    canonical: share(canonical),
    silentErrors: total.silent,
    byCategory: Object.fromEntries(
      [...categories].map(([name, tally]) => [
        name,
        { rows: tally.rows, exact: tally.exact / tally.rows, silentErrors: tally.silentErrors },
      ]),
    ),
    msPerRow: rows.length === 0 ? 0 : spent / rows.length,
  })}\n`,
);
