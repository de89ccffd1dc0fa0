import { Logger } from '@nestjs/common';
import { messageOf } from '../../base/error.ts';

/** A service manager kills after its own patience, and then PostgreSQL has to recover at the next start. */
const patienceMs = 5_000;

/**
 * Ends the process in order: on SIGTERM and SIGINT with code 0, after an error that nobody caught with code 1. A second
 * signal, or an end that takes too long, ends it at once.
 */
export class ProcessEnd {
  private readonly log = new Logger('Main');
  private readonly stops: (() => Promise<void>)[] = [];
  private ending = false;

  constructor() {
    process.on('SIGTERM', () => this.end(0));
    process.on('SIGINT', () => this.end(0));
    for (const event of ['uncaughtException', 'unhandledRejection'] as const)
      process.on(event, (error: unknown) => {
        this.log.fatal(
          `Nobody caught: ${messageOf(error)}`,
          error instanceof Error ? (error.stack ?? '') : '',
        );
        this.end(1);
      });
  }

  /** What is to be stopped before the end; the last first. */
  before(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  private end(code: number): void {
    if (this.ending) process.exit(code === 0 ? 130 : code);
    this.ending = true;
    setTimeout(() => {
      this.log.fatal('Stopping took too long');
      process.exit(1);
    }, patienceMs).unref();
    void this.stopAll().then(() => process.exit(code));
  }

  /** Also for a start that failed half way. */
  async stopAll(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        this.log.error(`Stopping: ${messageOf(error)}`);
      }
    }
  }
}
