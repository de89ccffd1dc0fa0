/** What a simulated camera can be made to do wrong. Each was seen on a real device or is an attack. */
export const FAULTS = {
  'unsubscribe-kills-all': 'one client’s Unsubscribe drops every subscription',
  'renew-refused': 'Renew answers with a SOAP fault',
  'renew-breaks': 'Renew answers well and ends the subscription',
  'pull-does-not-renew': 'PullMessages does not move the termination time (Axis)',
  'start-only': 'events begin and never say that they ended',
  inverted: 'true means quiet, false means alarm',
  'initialized-true': 'Initialized tells true (Tapo)',
  'epoch-initialized': 'Initialized carries a time of 1970 (Reolink)',
  'no-zone': 'times without Z (Hikvision clones)',
  'create-refused': 'CreatePullPointSubscription answers with a SOAP fault',
  'pull-fault': 'PullMessages answers with a SOAP fault',
  unavailable: 'every request is answered 503',
  unauthorized: 'every request that needs a password is refused as NotAuthorized',
  'open-services': 'GetServices and GetCapabilities ask for no password',
  'http-digest': 'SOAP wants HTTP Digest and ignores WS-Security',
  'basic-pictures': 'pictures want HTTP Basic',
  'no-pictures': 'GetSnapshotUri is not implemented',
  'picture-html': 'the picture is a page of HTML that calls itself a JPEG',
  'picture-frozen': 'the picture is the very same bytes each time',
  'picture-huge': 'the picture has 3 MB',
  'foreign-address': 'addresses in answers point at another host',
  'foreign-xaddrs': 'answers to a Probe name addresses of other hosts',
  redirect: 'PullMessages answers with a redirect to another host',
  hang: 'PullMessages never answers',
  drip: 'answers to PullMessages come one byte each 100 ms',
  truncate: 'answers to PullMessages break off in the middle',
  huge: 'answers to PullMessages have 3 MB',
  choke: 'answers to PullMessages have 200 kB made to freeze a regular expression',
  'choke-profiles': 'the same in the answer to GetProfiles',
  'entity-bomb': 'answers to PullMessages define nested entities',
  'external-entity': 'answers to PullMessages define an external entity',
  deep: 'answers to PullMessages nest 100,000 elements',
  'wrong-encoding': 'answers to PullMessages are no UTF-8',
  empty: 'answers to PullMessages have no byte',
  flood: 'each PullMessages brings 100 messages',
} as const;

export type Fault = keyof typeof FAULTS;

export function isFault(name: string): name is Fault {
  return Object.hasOwn(FAULTS, name);
}
