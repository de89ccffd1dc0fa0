import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';

/**
 * Writes a file so that a reader, also one after a power cut, sees the old content or the new one, never a part:
 * written beside, flushed, renamed, and the directory flushed.
 * @param mode of a new file, as 0o600 for secrets
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = await open(beside, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  // Windows cannot open a directory; its rename is journalled.
  if (process.platform === 'win32') return;
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Removes what a process that was killed had begun to write by `writeFileAtomically`, in this directory and below: only
 * what is older than this process. @param apart directories that are somebody else's. @returns how many there were
 */
export async function sweepBegunFiles(directory: string, apart: readonly string[] = []): Promise<number> {
  const startedAt = Date.now() - process.uptime() * 1_000;
  let swept = 0;
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!apart.includes(path)) swept += await sweepBegunFiles(path, apart);
    } else if (/\.[0-9a-f]{12}\.new$/.test(entry.name)) {
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs >= startedAt) continue;
      await rm(path, { force: true });
      swept += 1;
    }
  }
  return swept;
}
