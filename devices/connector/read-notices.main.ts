import { createInterface } from 'node:readline';
import { meaningOf } from '../protocol/topic-map.ts';
import { noticesIn } from './notice.ts';
import { readXml } from './xml.ts';

/**
 * Reads kept raw notices again with the catalogue of today: a line `{"id":…,"raw":base64}` on standard input is
 * answered by a line `{"id":…,"notice":{topic,operation,data,kind,phase}|null}` on standard output. A program of its
 * own, like the connector: what a camera once sent must not freeze the service the second time either.
 */
interface Asked {
  readonly id: string;
  readonly raw: string;
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { id, raw } = JSON.parse(line) as Asked;
  process.stdout.write(
    `${JSON.stringify({ id, notice: read(Buffer.from(raw, 'base64').toString('utf8')) })}\n`,
  );
}

/** Null for what cannot be read any more: longer than the contract carries, so cut off. */
function read(raw: string): object | null {
  try {
    const [notice] = noticesIn(readXml(`<kept>${raw}</kept>`));
    if (notice === undefined || notice.topic === '') return null;
    const { topic, operation, key, data } = notice;
    return { topic, operation, data: [...key, ...data], ...meaningOf(notice) };
  } catch {
    return null;
  }
}
