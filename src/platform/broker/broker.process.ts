import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../base/error.ts';
import { Failure } from '../../base/failure.ts';
import { programBeside } from '../../base/program.ts';
import type { FromBroker, RefusedClient, ToBroker } from './broker.ipc.ts';

export interface BrokerProcessOptions {
  readonly host: string;
  /** 0: any free one, and the same again after a restart. */
  readonly tlsPort: number;
  readonly plainPort: number;
  readonly cert: string;
  readonly key: string;
  readonly credentialsPath: string;
  readonly serviceId: string;
  readonly serviceSecret: string;
  readonly packetMaximumBytes: number;
  readonly drainTimeoutMs: number;
}

interface BrokerProcessEvents {
  up: [];
  down: [reason: string];
  connected: [clientId: string];
  disconnected: [clientId: string];
  refused: [refused: RefusedClient];
  fault: [message: string];
}

/** Starts the broker's process, and starts it again when it dies. */
export class BrokerProcess extends EventEmitter<BrokerProcessEvents> {
  private child: ChildProcess | undefined;
  private ports: { tlsPort: number; plainPort: number };
  private stopping = false;
  private restarting: Promise<void> | undefined;
  private nextReload = 1;

  constructor(private options: BrokerProcessOptions) {
    super();
    this.ports = { tlsPort: options.tlsPort, plainPort: options.plainPort };
  }

  get tlsPort(): number {
    return this.ports.tlsPort;
  }

  get plainPort(): number {
    return this.ports.plainPort;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** @throws Failure `platform.broker-start` */
  async start(): Promise<void> {
    // The broker of a service that was killed a moment ago may still hold the ports.
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.startOnce();
        return;
      } catch (error) {
        if (attempt >= 10 || !messageOf(error).includes('EADDRINUSE')) throw error;
        await sleep(300);
      }
    }
  }

  /** Takes up another certificate, which costs every connection once. Resolves when it is up again. */
  async renew({ cert, key }: Pick<BrokerProcessOptions, 'cert' | 'key'>): Promise<void> {
    this.options = { ...this.options, cert, key };
    if (this.child === undefined) return;
    const up = once(this, 'up');
    this.child.kill('SIGKILL');
    await up;
  }

  /** Has the broker read its credentials again. Resolves when they are in force; at once while it is down. */
  async reload(): Promise<void> {
    const { child } = this;
    if (child?.connected !== true) return;
    const id = this.nextReload++;
    await new Promise<void>((resolve) => {
      const settle = () => {
        child.off('message', onMessage);
        child.off('exit', settle);
        resolve();
      };
      const onMessage = (message: FromBroker) => {
        if (message.kind === 'reloaded' && message.id === id) settle();
      };
      child.on('message', onMessage);
      child.once('exit', settle);
      send(child, { kind: 'reload', id });
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    send(child, { kind: 'stop' });
    const patience = setTimeout(() => child.kill('SIGKILL'), 1_000);
    await gone;
    clearTimeout(patience);
  }

  private async startOnce(): Promise<void> {
    const { serviceSecret, ...options } = this.options;
    const { file, execArgv } = programBeside(import.meta.url, './broker.main');
    const child = fork(file, [], {
      // The young generation's room, in MB. By default 16: a third of what a thousand connections take.
      execArgv: [...execArgv, '--max-semi-space-size=4'],
      // Nothing of the service's environment: it holds secrets that the broker has no use for.
      env: { PATH: process.env.PATH, NODE_ENV: process.env.NODE_ENV },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromBroker) => {
        switch (message.kind) {
          case 'listening':
            this.ports = { tlsPort: message.tlsPort, plainPort: message.plainPort };
            resolve();
            break;
          case 'failed':
            reject(startFailure(message.message));
            break;
          case 'connected':
          case 'disconnected':
            this.emit(message.kind, message.clientId);
            break;
          case 'refused':
            this.emit('refused', message);
            break;
          case 'fault':
            this.emit('fault', message.message);
            break;
          case 'reloaded':
            break;
        }
      });
      child.once('error', (error) => reject(startFailure(error.message)));
      child.once('exit', (code, signal) =>
        reject(startFailure(`it ended with ${signal ?? `code ${code ?? '?'}`}`)),
      );
      send(child, {
        kind: 'start',
        ...options,
        ...this.ports,
        serviceSecretHash: createHash('sha256').update(serviceSecret).digest('hex'),
      });
    });
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      this.emit('down', `the broker ended with ${signal ?? `code ${code ?? '?'}`}`);
      this.restarting ??= this.restart().finally(() => (this.restarting = undefined));
    });
    this.emit('up');
  }

  private async restart(): Promise<void> {
    for (let pauseMs = 0; !this.stopping; pauseMs = Math.min(2_000, pauseMs * 2 + 100)) {
      await sleep(pauseMs);
      try {
        await this.startOnce();
        return;
      } catch (error) {
        this.emit('down', messageOf(error));
      }
    }
  }
}

function send(child: ChildProcess, message: ToBroker): void {
  // A child that died in this moment is told of by its exit.
  if (child.connected) child.send(message, () => undefined);
}

function startFailure(message: string): Failure {
  return new Failure('unavailable', 'platform.broker-start', `The broker does not start: ${message}`);
}
