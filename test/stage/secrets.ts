import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Shorter ones stand somewhere by chance. */
const shortest = 10;

/** What this process knows to be secret, and what each is. */
const known = new Map<string, string>();

/** From now on no log may hold it. */
export function noteSecret(what: string, secret: string): void {
  if (secret.length >= shortest) known.set(secret, what);
}

export function secretsKnown(): number {
  return known.size;
}

/** What a person types, or a program sends, to prove who it is. */
const namesOfTyped = new Set(['password', 'token', 'secret']);
const namesOfChange = new Set(['current', 'next']);
/** What the service gives out once. */
const namesOfGiven = new Set([
  'key',
  'token',
  'secret',
  'code',
  'link',
  'privateKey',
  'password',
  'mqttSecret',
]);

export function noteSecretsOfRequest(body: unknown): void {
  noteNamed(body, namesOfTyped, (text) => [text]);
  const isChange = typeof body === 'object' && body !== null && 'current' in body && 'next' in body;
  if (isChange) noteNamed(body, namesOfChange, (text) => [text]);
}

export function noteSecretsOfAnswer(body: unknown): void {
  noteNamed(body, namesOfGiven, secretsOfText);
  const sheet = (body as { recoverySheet?: { lines?: unknown } } | undefined)?.recoverySheet?.lines;
  // Two of its lines say which commune it is and the beginning of its key: each line is held to be secret all the same.
  if (Array.isArray(sheet))
    for (const line of sheet) noteSecret('a line of the recovery sheet', String(line));
}

/** An enrolment's code, in a link or alone; a random token, as all of ours are made (256 bits); not the code of an error. */
function secretsOfText(text: string): string[] {
  return text.match(/\b[0-9A-Z]{4}(-[0-9A-Z]{4}){2,7}\b|(?<![\w-])[\w-]{43}(?![\w-])/g) ?? [];
}

function noteNamed(value: unknown, names: ReadonlySet<string>, secretsOf: (text: string) => string[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inside] of Object.entries(value)) {
    if (typeof inside !== 'string') noteNamed(inside, names, secretsOf);
    else if (names.has(name)) for (const secret of secretsOf(inside)) noteSecret(name, secret);
  }
}

/** The secrets of this text, as what they are and never as themselves: written plainly or in the ways of JSON, an address, base64. */
export function secretsIn(text: string): string[] {
  const found = [...known].filter(([secret]) =>
    [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ].some((written) => text.includes(written)),
  );
  return [...new Set(found.map(([, what]) => what))];
}

/** The same, of bytes as they are stored in JSON: keys of boxes, passwords of the database. */
const secretFields = /"(?:mqttSecret|privateKey|superuser|owner|app|password|secret)":\s*"([^"]+)"/g;

/** The one secret that is told to whoever started the service, to set up a commune with it once. */
const invitation = /Open \/setup#[\w-]+ in the console/g;

/**
 * What programs that kept their data below a directory wrote into their logs of their own secrets and of those that this
 * process gave them. @returns each as `log: what`
 */
export async function betrayedBelow(directory: string): Promise<string[]> {
  const paths = await filesBelow(directory);
  for (const path of paths) {
    if (!/\/(secrets|keys|enrolment)\.json$|\.key$|\/keys\/[^/]+$/.test(path)) continue;
    const text = await readFile(path, 'utf8').catch(() => '');
    for (const [, secret = ''] of text.matchAll(secretFields)) noteSecret(nameOf(path), secret);
    // The whole of a key in PEM stands between its two lines.
    const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1];
    if (pem !== undefined) noteSecret(nameOf(path), pem.trim().split('\n')[0] ?? '');
  }
  const betrayed: string[] = [];
  for (const path of paths) {
    // The program of that name is there to print one.
    if (!/\.log$|\/log\.txt$/.test(path) || path.endsWith('/set-up-token.log')) continue;
    const text = (await readFile(path, 'utf8').catch(() => '')).replace(invitation, '');
    betrayed.push(...secretsIn(text).map((what) => `${nameOf(path)}: ${what}`));
  }
  return betrayed;
}

const nameOf = (path: string): string => path.split('/').slice(-2).join('/');
/** Large, and none of ours writes logs or secrets there. */
const passedOver = new Set([
  'cluster',
  'audio',
  'snapshots',
  'stills',
  'sentences',
  'sound',
  'mutant',
  'socket',
]);

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const all = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isFile()) return [path];
      return entry.isDirectory() && !passedOver.has(entry.name) ? filesBelow(path) : [];
    }),
  );
  return all.flat();
}
