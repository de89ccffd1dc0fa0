import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { built } from '../stage/program.ts';
import type { SiteAnswer, SiteOrder } from './site.main.ts';

/** One connector's box, as a process. */
export class Site {
  private constructor(private readonly child: ChildProcess) {}

  static async start(data: string, link: string): Promise<Site> {
    const child = fork(join(built, 'test/load/site.main.js'), ['--data', data, '--enrol', link]);
    await once(child, 'message');
    return new Site(child);
  }

  async do(order: SiteOrder): Promise<SiteAnswer> {
    const answered = once(this.child, 'message');
    this.child.send(order);
    return ((await answered) as [SiteAnswer])[0];
  }

  stop(): void {
    this.child.kill();
  }
}
