import { arch, hostname, platform } from 'node:os';
import { request } from 'undici';
import { readEnrolmentLink } from '../protocol/enrolment-link.ts';
import { keyIdOf } from '../protocol/envelope.ts';
import { enrolAnswer } from '../protocol/enrolment-messages.ts';
import type { EnrolAnswer, EnrolRequest, ReturnRequest } from '../protocol/enrolment-messages.ts';
import type { Identity } from './identity.ts';
import { pinnedAgent } from './pinned-http.ts';

/**
 * Makes this box the one at the pole or site that the link names. The code is sent only to a server that the
 * authority in the link vouches for, and the answer believed only if its root key is the one in the link.
 * @throws ZodError for a link that is none, Error with the service's own words where it says no
 */
export async function enrol(identity: Identity, link: string): Promise<EnrolAnswer> {
  const { https, code, authority, root } = readEnrolmentLink(link);
  const body: EnrolRequest = {
    code,
    kind: identity.keys.kind,
    publicKey: identity.keys.publicKey,
    sealingKey: identity.keys.sealing?.publicKey ?? null,
    hardware: `${hostname()} ${platform()} ${arch()}`.slice(0, 200),
  };
  const dispatcher = pinnedAgent({ fingerprint: authority }, () => null);
  try {
    const response = await request(`${https.replace(/\/$/, '')}/device/enrol`, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      headersTimeout: 20_000,
      bodyTimeout: 20_000,
    });
    const text = await response.body.text();
    if (response.statusCode !== 200 && response.statusCode !== 201) {
      throw new Error(`enrolment refused with ${response.statusCode}: ${text.slice(0, 300)}`);
    }
    const answer = enrolAnswer.parse(JSON.parse(text));
    if (keyIdOf(answer.rootPublicKey) !== root) {
      throw new Error("the answer's root key is not the one in the link");
    }
    // The broker's authority may be another one than the link's: a server that the link vouches for named it.
    await identity.pin(answer);
    return answer;
  } finally {
    await dispatcher.close();
  }
}

/**
 * Asks a server that turned this box away to take it back: a lost server's successor knows it by the word that the lost
 * one signed. @returns whether it did; never throws
 */
export async function askBack(enrolment: EnrolAnswer, now: () => number | null): Promise<boolean> {
  const { https, authority, commune, membership } = enrolment;
  if (membership === '') return false;
  const body: ReturnRequest = { commune, membership };
  const dispatcher = pinnedAgent({ pem: authority }, now);
  try {
    const response = await request(`${https.replace(/\/$/, '')}/device/return`, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      headersTimeout: 20_000,
      bodyTimeout: 20_000,
    });
    await response.body.dump();
    return response.statusCode === 204;
  } catch {
    return false;
  } finally {
    await dispatcher.close().catch(() => undefined);
  }
}
