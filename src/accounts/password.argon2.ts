import { hash, verify } from '@node-rs/argon2';

/**
 * Argon2id with the library's defaults, which are OWASP's first choice (19 MiB, 2 passes, 1 lane): about 25 ms on a
 * thread of the pool, never on the event loop.
 */
export async function hashPassword(password: string): Promise<string> {
  return await inTurn(() => hash(password.normalize('NFC')));
}

/**
 * @param passwordHash null where nobody has the name: the same work is done, so that the time does not tell
 * @returns always false without a hash
 */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const against = passwordHash ?? (await nobodysHash());
  const isRight = await inTurn(() => verify(against, password.normalize('NFC')));
  return isRight && passwordHash !== null;
}

let nobodys: Promise<string> | undefined;

/** Made ahead of the first sign-in by whoever calls it at start: else that one would take twice as long. */
export function nobodysHash(): Promise<string> {
  return (nobodys ??= hashPassword('nobody has this password'));
}

/** Two at once: the thread pool has four threads, and files and name lookups need some. */
const atOnce = 2;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < atOnce) running += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
