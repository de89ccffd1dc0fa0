import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { messageOf } from '../base/error.ts';
import { Broker } from '../platform/broker/broker.ts';
import type { BrokerClient } from '../platform/broker/rights.ts';
import { Config } from '../platform/config/config.ts';
import { BoxService } from './box.service.ts';
import { brokerClients, burglar } from './broker-credentials.ts';

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/**
 * Keeps the broker's list of boxes. The list lies in a file beside the broker, so boxes go on being let in while the
 * database is away; a change that could not be written is tried again until it is.
 */
@Injectable()
export class BrokerCredentialsService implements OnApplicationShutdown {
  private readonly log = new Logger('Boxes');
  private readonly others: (() => Promise<Record<string, BrokerClient>>)[] = [];
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pauseMs = firstPauseMs;
  private stopped = false;

  constructor(
    private readonly boxes: BoxService,
    private readonly broker: Broker,
    private readonly config: Config,
  ) {}

  /** Others that the broker lets in, beside the boxes: read anew with each list. */
  alsoFor(others: () => Promise<Record<string, BrokerClient>>): void {
    this.others.push(others);
  }

  /** Reads all boxes and gives the broker its list. Never throws: what fails now is tried again. */
  async refresh(): Promise<void> {
    if (this.running === undefined) {
      this.running = this.write().finally(() => (this.running = undefined));
      return this.running;
    }
    // A change that comes while the list is being read may be missing in it: once more, after it, for all who wait.
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return this.refresh();
    });
    return this.next;
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    try {
      const { brokerSecret } = this.config.values.demonstration;
      const boxes = brokerClients(await this.boxes.load());
      const others = await Promise.all(this.others.map((clients) => clients()));
      await this.broker.setClients({
        ...boxes,
        ...others.reduce((all, clients) => ({ ...all, ...clients }), {}),
        ...(brokerSecret === '' ? {} : burglar(brokerSecret)),
      });
      this.pauseMs = firstPauseMs;
    } catch (error) {
      if (this.stopped) return;
      this.log.warn(`The broker's list of boxes is not renewed yet: ${messageOf(error)}`);
      this.timer = setTimeout(() => void this.refresh(), this.pauseMs);
      this.pauseMs = Math.min(longestPauseMs, this.pauseMs * 2);
    }
  }
}
