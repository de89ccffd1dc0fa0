import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { AddressRules } from './address-rules.ts';
import { answersIn, PROBE_PORT, PROBED_TYPES, probeText } from './discovery.ts';
import type { Answer } from './discovery.ts';

const GROUP = '239.255.255.250';
/** WS-Discovery sends each Probe twice: packets get lost. */
const AGAIN_MS = 200;
/** Addresses asked at once, and how long it is paused after them: a burst of 254 fills the queue of a small router. */
const BURST = 32;
const BURST_EVERY_MS = 100;

export interface Discovery {
  readonly rules: AddressRules;
  /** Asked one by one besides the multicast; those that the rules forbid must not be among them. */
  readonly targets: readonly string[];
  /** How long answers are waited for after the last question. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  readonly onAnswer: (answer: Answer) => void;
  /** An answer that was not believed. */
  readonly onDisbelieved?: () => void;
  readonly onAsked?: (targets: number) => void;
}

/**
 * Asks by WS-Discovery who is there: by multicast on every interface whose own address the rules allow, and the targets
 * one by one. Answers come from anybody: each is capped, parsed like any camera's answer, and believed only for the
 * address that it was sent from.
 */
export async function discover(options: Discovery): Promise<void> {
  const { rules, targets, waitMs, signal } = options;
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, address }) => family === 'IPv4' && rules.refusal(address, 0) === undefined)
    .map(({ address }) => address);
  // Answers come back to the port that asked; IPv6 ranges are not walked, so IPv4 is enough.
  const groups = (await Promise.all(own.map((address) => open(options, address)))).filter(
    (one) => one !== null,
  );
  const direct = await open(options, undefined);
  try {
    for (const { socket, address } of groups)
      if (address !== undefined) socket.setMulticastInterface(address);
    for (let turn = 0; turn < 2; turn++) {
      for (const { socket } of groups) send(socket, GROUP);
      await pause(AGAIN_MS, signal);
    }
    for (let at = 0; at < targets.length && signal?.aborted !== true; at += BURST) {
      const burst = targets.slice(at, at + BURST);
      if (direct !== null) for (const target of burst) send(direct.socket, target);
      options.onAsked?.(burst.length);
      await pause(BURST_EVERY_MS, signal);
    }
    await pause(waitMs, signal);
  } finally {
    for (const { socket } of groups) socket.close();
    direct?.socket.close();
  }
}

function open(
  { rules, onAnswer, onDisbelieved }: Discovery,
  address: string | undefined,
): Promise<{ socket: Socket; address: string | undefined } | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    // Without a listener a single error would end the process; a socket that failed hears nothing, and that is all.
    socket.on('error', () => resolve(null));
    socket.on('message', (bytes, from) => {
      const { answers, disbelieved } = answersIn(bytes, from.address, rules);
      for (const answer of answers) onAnswer(answer);
      for (let one = 0; one < disbelieved; one++) onDisbelieved?.();
    });
    socket.bind({ port: 0, ...(address === undefined ? {} : { address }) }, () =>
      resolve({ socket, address }),
    );
  });
}

function send(socket: Socket, to: string): void {
  for (const type of PROBED_TYPES)
    socket.send(probeText(randomUUID(), type), PROBE_PORT, to, () => undefined);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
