import { randomBytes } from 'node:crypto';
import type { HttpAnswer } from './http-answer.ts';
import { authorization, bestChallenge, type Challenge } from './http-digest.ts';

export type ProvedUse = 'soap' | 'picture';

/** HTTP's credentials as a camera asked one use for them. */
export class Asked {
  private uses = 0;

  constructor(
    readonly challenge: Challenge,
    private readonly credentials: { readonly username: string; readonly password: string },
  ) {}

  header(method: string, uri: string, body?: string): { authorization: string } {
    this.uses += 1;
    const nonce = randomBytes(8).toString('hex');
    const request = { method, uri, body };
    return {
      authorization: authorization(this.challenge, this.credentials, request, this.uses, nonce),
    };
  }
}

/**
 * By what one session proves that it knows the password: what the camera asked for, and what it has taken. A Digest nonce
 * is of one use: some cameras say that it is old in the same words as that the password is wrong, and trying again would
 * be a second wrong try.
 */
export class Proofs {
  /** Basic, which has no nonce. */
  private readonly lasting = new Map<ProvedUse, Asked>();
  /** Whether this camera takes WS-Security: undefined before it was asked, then whether it has taken it. */
  private tokens: { isTaken: boolean } | undefined;

  constructor(private readonly credentials: { readonly username: string; readonly password: string }) {}

  /** Undefined: it is asked for anew by a request without a password. */
  known(use: ProvedUse): Asked | undefined {
    return this.lasting.get(use);
  }

  get isByTokens(): boolean {
    return this.tokens !== undefined;
  }

  /** It refused a request without a password, and did not ask for HTTP's. */
  wantsTokens(): void {
    this.tokens = { isTaken: false };
  }

  /**
   * What a 401 asks for, where nothing was refused: there were no HTTP credentials yet, or only their nonce was old.
   *
   * @param shown what the request carried
   */
  asked(use: ProvedUse, answer: HttpAnswer, shown: Asked | undefined): Asked | undefined {
    if (answer.status !== 401) {
      if (use === 'soap' && shown === undefined && this.tokens !== undefined && answer.status < 400)
        this.tokens.isTaken = true;
      return undefined;
    }
    // It has taken the other way: now it looked at the password, and did not like it.
    if (use === 'soap' && this.tokens?.isTaken === true) return undefined;
    const offered = answer.headers['www-authenticate'];
    const challenge = bestChallenge(offered === undefined ? [] : [offered].flat());
    if (challenge === undefined) return undefined;
    const isOnlyOld = challenge.stale && challenge.nonce !== shown?.challenge.nonce;
    if (shown !== undefined && !(challenge.scheme === 'digest' && isOnlyOld)) return undefined;
    const asked = new Asked(challenge, this.credentials);
    if (challenge.scheme === 'basic') this.lasting.set(use, asked);
    return asked;
  }
}
