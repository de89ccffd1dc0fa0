import { AddressRules } from './address-rules.ts';
import type { ConnectorOptions } from './connector.core.ts';
import { Lookout } from './lookout.ts';

/** A connector's site on this machine: loopback alone, and nobody who answers a search. */
export const ownMachine: Pick<ConnectorOptions, 'rules' | 'lookout'> = {
  rules: new AddressRules({ allowedNetworks: ['127.0.0.0/8'], ownPorts: [], ownAddresses: [] }),
  lookout: new Lookout(
    () => Promise.resolve([]),
    () => [],
    Date.now,
  ),
};
