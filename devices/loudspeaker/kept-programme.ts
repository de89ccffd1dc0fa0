import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeDurably } from '../link/durable-file.ts';
import type { Programme } from '../protocol/pole-messages.ts';
import type { Pinned } from '../protocol/trust.ts';
import { withNewestSettings } from '../protocol/volume.ts';
import { reacceptProgramme } from './inbox.ts';

const accepted = z.strictObject({ acceptedAt: z.number(), envelope: z.string() });
type Accepted = z.infer<typeof accepted>;
const file = accepted.extend({ loudAsIn: accepted.optional() });

/**
 * The programme on this box's disk, as it was sealed. Where its settings are older than those of one before it (a service
 * that was restored from a backup knows no better) that one is kept beside it: the pole stays as loud as it was last told.
 */
export class KeptProgramme {
  private newest: Accepted | null = null;
  private loudAsIn: Accepted | null = null;

  constructor(private readonly directory: string) {}

  /** The settings of one before are newer than the programme's own. */
  get isAhead(): boolean {
    return this.loudAsIn !== null;
  }

  /** @param held what was followed until now @returns what to follow from now on; `write` keeps it */
  take(next: Programme, held: Programme | null, sealed: Accepted): Programme {
    const followed = withNewestSettings(held, next);
    this.loudAsIn = followed === next ? null : (this.loudAsIn ?? this.newest);
    this.newest = sealed;
    return followed;
  }

  async write(): Promise<void> {
    if (this.newest === null) return;
    const kept: z.infer<typeof file> = {
      ...this.newest,
      ...(this.loudAsIn === null ? {} : { loudAsIn: this.loudAsIn }),
    };
    await writeDurably(join(this.directory, 'programme.json'), JSON.stringify(kept));
  }

  /** As it was before the box went off; null where there is none. @throws Refusal, Error: it is not believed */
  async read(pinned: Pinned, pole: string): Promise<{ programme: Programme; sealed: Accepted } | null> {
    const bytes = await readIfThere(join(this.directory, 'programme.json'));
    if (bytes === null) return null;
    const { loudAsIn, ...sealed } = file.parse(JSON.parse(bytes.toString('utf8')));
    const believed = ({ envelope, acceptedAt }: Accepted): Programme =>
      reacceptProgramme(envelope, acceptedAt, pinned, pole);
    const programme = believed(sealed);
    if (loudAsIn === undefined) return { programme: this.take(programme, null, sealed), sealed };
    this.newest = loudAsIn;
    return { programme: this.take(programme, believed(loudAsIn), sealed), sealed };
  }
}
