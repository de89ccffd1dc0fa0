import { setMaxListeners } from 'node:events';
import { Agent } from 'undici';
import type { AddressRules } from './address-rules.ts';
import { isHangUp } from './camera-fault.ts';
import { exchange, type Ask, type Line, type Manners } from './exchange.undici.ts';
import { guardedConnector, type Resolve } from './guarded-connector.undici.ts';
import type { HttpAnswer } from './http-answer.ts';
import { Places } from './places.ts';
import { salvaging } from './salvage.undici.ts';

export interface LineOptions {
  /** Outlives the session, where it is given. */
  readonly manners?: Manners;
  readonly rules: AddressRules;
  /** SHA-256 (hex) of the certificate that https must show; null: none was confirmed, and https does not go on. */
  readonly certificate: string | null;
  readonly resolve?: Resolve;
  /** The present, milliseconds since 1970. */
  readonly now: () => number;
}

export interface Limits {
  /** For the whole exchange, first byte to last; waiting for others is not counted. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  readonly largestBytes?: number;
}

/** Made when it is sent. */
export type Question = Pick<Ask, 'method' | 'url' | 'headers' | 'body' | 'onHead'>;

export interface Answered extends HttpAnswer {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

const CONNECTIONS = 4;
const PATIENCE_MS = 20_000;
const LARGEST_ANSWER_BYTES = 1_000_000;
/** A camera that hangs up later than this has read what it was asked. */
const HANG_UP_MS = 1_000;

/** The few connections to one camera. What is signed goes out at once: waiting for others, it would be an old word. */
export class CameraLine {
  private readonly line: Line;
  private readonly closing = new AbortController();
  private readonly connections = new Places(CONNECTIONS);
  /** When the camera last answered anything, milliseconds since 1970. */
  heardAtMs: number | undefined;

  constructor(private readonly options: LineOptions) {
    // Each exchange under way listens; a recorder may have a dozen.
    setMaxListeners(0, this.closing.signal);
    const connect = guardedConnector(options.rules, options.certificate, options.resolve);
    const agent = new Agent({
      connections: CONNECTIONS,
      pipelining: 1,
      // Our own deadlines cover the whole exchange; these cover only idleness.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: salvaging(connect),
    });
    this.line = { agent, connect, manners: options.manners ?? { isLoose: false } };
  }

  /**
   * Asks as soon as a connection is free and then `ready`. A kept connection that the camera hung up at the very moment of
   * asking is no answer: asked once more, on a new one and signed anew. Small cameras close after each answer and do not
   * say so.
   *
   * @throws CameraFault
   */
  async ask(
    { deadlineMs, signal, largestBytes = LARGEST_ANSWER_BYTES }: Limits,
    question: (sentAtMs: number) => Question,
    ready?: () => Promise<void>,
  ): Promise<Answered> {
    const { now } = this.options;
    const signals = [this.closing.signal, signal].filter((one) => one !== undefined);
    const leave = await this.connections.take(PATIENCE_MS);
    const send = async (leftMs: number): Promise<Answered> => {
      const sentAtMs = now();
      const ask = { ...question(sentAtMs), deadlineMs: leftMs, largestBytes, signals };
      const answer = await exchange(this.line, ask);
      this.heardAtMs = now();
      return { ...answer, sentAtMs, receivedAtMs: this.heardAtMs };
    };
    try {
      await ready?.();
      const begunMs = now();
      try {
        return await send(deadlineMs);
      } catch (error) {
        const spentMs = now() - begunMs;
        if (!isHangUp(error) || spentMs > HANG_UP_MS || spentMs >= deadlineMs) throw error;
        await ready?.();
        return await send(deadlineMs - spentMs);
      }
    } finally {
      leave();
    }
  }

  /** Ends every exchange under way. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.line.agent.destroy();
  }
}
