import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { writeFileAtomically } from '../files/atomic.file.ts';
import type { RefusedClient } from './broker.ipc.ts';
import type { BrokerLink } from './broker.link.ts';
import type { BrokerProcess } from './broker.process.ts';
import type { BrokerClient } from './rights.ts';

interface BrokerEvents {
  up: [];
  down: [reason: string];
  connected: [clientId: string];
  disconnected: [clientId: string];
  refused: [refused: RefusedClient];
}

/** Who may talk to the broker, and who does. Presence is only told of by the built-in one. */
@Injectable()
export class Broker extends EventEmitter<BrokerEvents> {
  private clients: Readonly<Record<string, BrokerClient>> | undefined;
  private writing: Promise<void> = Promise.resolve();

  /** @param process undefined where an external broker is used */
  constructor(
    private readonly directory: string,
    private readonly process: BrokerProcess | undefined,
    private readonly link: BrokerLink,
  ) {
    super();
    for (const event of ['connected', 'disconnected'] as const)
      process?.on(event, (id) => this.emit(event, id));
    process?.on('refused', (refused) => this.emit('refused', refused));
    process?.on('up', () => this.emit('up'));
    process?.on('down', (reason) => this.emit('down', reason));
  }

  /** The one that comes with the service: only it tells who comes, goes and is turned away. */
  get isBuiltIn(): boolean {
    return this.process !== undefined;
  }

  /** Process of the built-in broker, for those who want to see it die. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  isUp(): boolean {
    return this.link.isConnected;
  }

  /**
   * Replaces the list of clients as a whole; a client that is no longer in it is thrown out. Resolves when the built-in
   * broker has it in force. For an external broker the file `broker/credentials.json` is all that happens: whoever runs
   * it carries it over.
   */
  async setClients(clients: Readonly<Record<string, BrokerClient>>): Promise<void> {
    this.clients = clients;
    this.writing = this.writing
      .catch(() => undefined)
      .then(async () => {
        // Two changes at once: the later list is written, once.
        if (this.clients !== clients) return;
        await writeFileAtomically(
          join(this.directory, 'credentials.json'),
          JSON.stringify({ clients }),
          0o600,
        );
        await this.process?.reload();
      });
    await this.writing;
  }
}
