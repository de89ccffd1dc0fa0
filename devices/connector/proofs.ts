import { randomBytes } from 'node:crypto';
import type { HttpAnswer } from './http-answer.ts';
import { authorization, bestChallenge, type Challenge } from './http-digest.ts';

export type ProvedUse = 'soap' | 'picture';

interface HeldChallenge {
  readonly challenge: Challenge;
  uses: number;
  accepted: boolean;
}

/** By what one session proves that it knows the password: what the camera asked for, and what it has taken. */
export class Proofs {
  private readonly challenges = new Map<ProvedUse, HeldChallenge>();
  /** Whether this camera takes WS-Security: undefined before it was asked, then whether it has taken it. */
  private tokens: { isTaken: boolean } | undefined;

  constructor(private readonly credentials: { readonly username: string; readonly password: string }) {}

  /** Neither way is known yet. */
  get isUnknown(): boolean {
    return this.tokens === undefined && !this.isByHttp('soap');
  }

  isByHttp(use: ProvedUse): boolean {
    return this.challenges.has(use);
  }

  /** It refused a request without a password, and did not ask for HTTP's. */
  wantsTokens(): void {
    this.tokens = { isTaken: false };
  }

  /**
   * Some cameras say that a nonce is old in the same words as that the password is wrong, and trying again would be a
   * second wrong try: with nobody to vouch for the password, a nonce of now is asked for.
   */
  forgetNonce(use: ProvedUse): void {
    if (this.challenges.get(use)?.challenge.scheme === 'digest') this.challenges.delete(use);
  }

  header(use: ProvedUse, method: string, uri: string, body?: string): { authorization?: string } {
    const held = this.challenges.get(use);
    if (held === undefined) return {};
    held.uses += 1;
    const nonce = randomBytes(8).toString('hex');
    return {
      authorization: authorization(held.challenge, this.credentials, { method, uri, body }, held.uses, nonce),
    };
  }

  /**
   * Whether a 401 only asked for (new) HTTP credentials: there were none yet, or only their nonce was old. A nonce
   * that was never accepted and comes back as 401 is a refused password.
   *
   * @param isProved whether the request carried them: of two that went out together before there were any, the second
   *   is asked for them when the first has been, and nothing was refused
   */
  mayAskAgain(use: ProvedUse, answer: HttpAnswer, isProved: boolean): boolean {
    const held = this.challenges.get(use);
    if (answer.status !== 401) {
      if (held !== undefined && isProved) held.accepted = true;
      else if (use === 'soap' && this.tokens !== undefined && answer.status < 400) this.tokens.isTaken = true;
      return false;
    }
    if (held !== undefined && !isProved) return true;
    // It has taken the other way: now it looked at the password, and did not like it.
    if (use === 'soap' && this.tokens?.isTaken === true) return false;
    const offered = answer.headers['www-authenticate'];
    const challenge = bestChallenge(offered === undefined ? [] : [offered].flat());
    if (challenge === undefined) return false;
    const fresh = challenge.scheme === 'digest' && challenge.nonce !== held?.challenge.nonce;
    if (held !== undefined && !(fresh && (challenge.stale || held.accepted))) return false;
    this.challenges.set(use, { challenge, uses: 0, accepted: false });
    return true;
  }
}
