import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What /proc tells of processes and their sockets: Linux, as the tests that ask. */

/** The command line, words parted by spaces; empty where no such process runs. */
export function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

/** A process and all that descend from it. */
export function familyOf(pid: number): number[] {
  const parents = new Map(pids().map((each) => [each, parentOf(each)]));
  const family = [pid];
  for (const member of family)
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}

/** The process below `pid` whose command line holds a word, as `broker.main`. */
export function childOf(pid: number, word: string): number | undefined {
  return familyOf(pid).find((each) => each !== pid && commandOf(each).includes(word));
}

/** Resident memory (bytes). */
export function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1_024;
}

/** CPU time (ms) that it and its ended children have used: what other programs do disturbs it less than a clock. */
export function cpuOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  // After the name in brackets: state, parent, …, own time in user and kernel, the children's; in hundredths.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}

export interface ListeningSocket {
  readonly pid: number;
  /** As `127.0.0.1`, `0.0.0.0`, `::`. */
  readonly address: string;
  readonly port: number;
}

/** The TCP sockets on which these processes listen. */
export function listeningSockets(family: readonly number[]): ListeningSocket[] {
  const owners = new Map<string, number>();
  for (const pid of family) for (const inode of socketInodes(pid)) owners.set(inode, pid);
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    read(table)
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local, , state, , , , , , inode = ''] = line.trim().split(/\s+/);
        const pid = owners.get(inode);
        const [address = '', port = ''] = local?.split(':') ?? [];
        return state === '0A' && pid !== undefined
          ? [{ pid, address: addressOf(address), port: Number.parseInt(port, 16) }]
          : [];
      }),
  );
}

/** The kernel writes each 32-bit word of an address in the byte order of the machine. */
function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const text = bytes.join('').toLowerCase();
  if (/^0+$/.test(text)) return '::';
  return /^0{31}1$/.test(text) ? '::1' : text;
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function pids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function parentOf(pid: number): number {
  return Number(/^PPid:\t(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
