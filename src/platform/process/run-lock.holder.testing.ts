import { RunLock } from './run-lock.ts';

// Holds a lock until the spec kills it.
const lock = await RunLock.take(process.argv[2] ?? '');
await lock.announce({ http: 1, deviceHttps: 2, mqtts: 3, mqtt: 4 });
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
