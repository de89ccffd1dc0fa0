/** For outbox.spec.ts alone: appends as fast as it can and says each number once it is told to be durable. */
import { Outbox } from './outbox.ts';

const outbox = await Outbox.open(process.argv[2] ?? '');
let done = 0;
const one = async (worker: number): Promise<void> => {
  for (;;) {
    const seq = await outbox.append({ worker, filler: 'x'.repeat((done * 37) % 3_000) });
    process.stdout.write(`+${seq}\n`);
    done += 1;
    if (done % 3 === 0) {
      const oldest = outbox.pending(2).map((each) => each.seq);
      process.stdout.write(`-${oldest.join(',')}\n`);
      await outbox.commit(oldest);
    }
  }
};
await Promise.all([1, 2, 3, 4].map(one));
