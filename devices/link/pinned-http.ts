import { Agent } from 'undici';
import { connectPinned } from './pinned-tls.ts';
import type { Authority } from './pinned-tls.ts';

/** HTTPS to servers that the pinned authority vouches for, and to no others. `now` as in `connectPinned`. */
export function pinnedAgent(authority: Authority, now: () => number | null): Agent {
  return new Agent({
    connections: 2,
    connect: (options, done) => {
      if (options.protocol !== 'https:') {
        done(new Error('only https: is spoken'), null);
        return;
      }
      const host = options.hostname.replace(/^\[|\]$/g, '');
      const port = options.port === '' ? 443 : Number(options.port);
      const socket = connectPinned({ host, port, authority, now }, (error) => {
        if (error === null) done(null, socket);
        else done(error, null);
      });
    },
  });
}
