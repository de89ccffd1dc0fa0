import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../base/clock.ts';
import { Authority } from '../tls/authority.ts';
import { BrokerProcess } from './broker.process.ts';

// A parent of a broker, for the spec to kill. Says the broker's process and port.
const directory = await mkdtemp(join(tmpdir(), 'loa-parent-'));
const { identity } = await Authority.open(directory, ['localhost'], new SystemClock());
const broker = new BrokerProcess({
  host: '127.0.0.1',
  tlsPort: 0,
  plainPort: 0,
  cert: identity.cert,
  key: identity.key,
  credentialsPath: join(directory, 'credentials.json'),
  serviceId: 'loa-service',
  serviceSecret: 'of no use',
  packetMaximumBytes: 65_536,
  drainTimeoutMs: 1_000,
});
await broker.start();
process.stdout.write(`${JSON.stringify({ pid: broker.pid, port: broker.plainPort })}\n`);
