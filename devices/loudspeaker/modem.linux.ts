import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Modem } from './modem.ts';
import type { ByteCount, ModemState } from './modem.ts';

const run = promisify(execFile);
const patienceMs = 5_000;
const unknown: ModemState = { carrier: null, technology: null, signalPercent: null };

/** `mmcli -J -L` and `mmcli -J -m N` (ModemManager 1.10 and later). What it does not know it calls "--". */
const modemList = z.object({ 'modem-list': z.array(z.string()) });
const modemShape = z.object({
  modem: z.object({
    '3gpp': z.object({ 'operator-name': z.string().optional() }).optional(),
    generic: z.object({
      'access-technologies': z.array(z.string()).optional(),
      'signal-quality': z.object({ value: z.string() }).optional(),
    }),
  }),
});

/** Linux: bytes from the kernel's own counters, carrier and signal from ModemManager where that is installed. */
export class LinuxModem extends Modem {
  /** @param face the interface that goes to the network, as wwan0; null: the one of the default route */
  constructor(private readonly face: string | null) {
    super();
  }

  async state(): Promise<ModemState> {
    try {
      const list = modemList.parse(await mmcli('-L'));
      const first = list['modem-list'][0];
      return first === undefined ? unknown : readModem(await mmcli('-m', first));
    } catch {
      return unknown;
    }
  }

  async count(): Promise<ByteCount | null> {
    try {
      const face = this.face ?? (await faceOfDefaultRoute());
      if (face === null) return null;
      const read = async (name: string): Promise<number> =>
        Number(await readFile(`/sys/class/net/${face}/statistics/${name}`, 'utf8'));
      const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
      const bytes = (await read('rx_bytes')) + (await read('tx_bytes'));
      return Number.isSafeInteger(bytes) ? { since: `${boot.trim()} ${face}`, bytes } : null;
    } catch {
      return null;
    }
  }
}

async function mmcli(...words: string[]): Promise<unknown> {
  const { stdout } = await run('mmcli', ['-J', ...words], { timeout: patienceMs });
  return JSON.parse(stdout) as unknown;
}

/** What `mmcli -J -m N` printed. @throws ZodError where it is something else */
export function readModem(printed: unknown): ModemState {
  const { modem } = modemShape.parse(printed);
  const known = (value: string | undefined): string | null =>
    value === undefined || value === '--' || value === '' ? null : value;
  const signal = Number(known(modem.generic['signal-quality']?.value) ?? NaN);
  return {
    carrier: known(modem['3gpp']?.['operator-name'])?.slice(0, 60) ?? null,
    technology: known(modem.generic['access-technologies']?.join(', '))?.slice(0, 40) ?? null,
    signalPercent: Number.isFinite(signal) ? Math.min(100, Math.max(0, Math.round(signal))) : null,
  };
}

/** @returns null where there is none now */
async function faceOfDefaultRoute(): Promise<string | null> {
  return defaultFace(await readFile('/proc/net/route', 'utf8'));
}

/** Of /proc/net/route: the interface whose destination is everything, the lowest metric first. */
export function defaultFace(routes: string): string | null {
  const defaults = routes
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[1] === '00000000' && words[7] === '00000000')
    .sort((a, b) => Number(a[6]) - Number(b[6]));
  return defaults[0]?.[0] ?? null;
}
