import { randomBytes, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { Agent } from 'undici';
import type { AddressRules } from './address-rules.ts';
import type { CameraAddress } from './camera-address.ts';
import { CameraFault, isHangUp } from './camera-fault.ts';
import { clockOffset, offsetByDate, type ClockOffset } from './clock-offset.ts';
import { Credential, type Turn, type Use } from './credential.ts';
import { exchange, type Line, type Manners } from './exchange.undici.ts';
import { pictureType } from './picture-type.ts';
import { guardedConnector, type Resolve } from './guarded-connector.undici.ts';
import { Proofs } from './proofs.ts';
import { readAnswer, type HttpAnswer } from './http-answer.ts';
import { salvaging } from './salvage.undici.ts';
import { DEVICE, envelope, type SoapCall } from './soap.ts';
import type { XmlElement } from './xml.ts';
import { usernameToken } from './wsse.ts';

export interface SessionOptions {
  readonly address: CameraAddress;
  readonly username: string;
  readonly password: string;
  /** What every use of the password of this device shares; without one the session is alone with it. */
  readonly credential?: Credential;
  /** Outlives the session, where it is given. */
  readonly manners?: Manners;
  readonly rules: AddressRules;
  /** SHA-256 (hex) of the certificate that https must show; null: none was confirmed, and https does not go on. */
  readonly certificate: string | null;
  readonly resolve?: Resolve;
  /** The present, milliseconds since 1970. */
  readonly now: () => number;
}

export interface CallOptions {
  /** For the whole exchange, first byte to last. */
  readonly deadlineMs: number;
  /** Open calls carry no credentials. */
  readonly signed?: boolean;
  /** A weak account may be refused this and be right: the refusal says nothing of the password. */
  readonly isOptional?: boolean;
  /** The camera is asked to wait before it answers. */
  readonly isLongPoll?: boolean;
  readonly signal?: AbortSignal;
  readonly largestBytes?: number;
}

export interface Picture {
  /** As received. */
  readonly bytes: Buffer;
  readonly mime: 'image/jpeg' | 'image/png';
}

const LARGEST_ANSWER_BYTES = 1_000_000;
const CLOCK_DEADLINE_MS = 5_000;
/** A camera that hangs up later than this has read what it was asked. */
const HANG_UP_MS = 1_000;
/** Less is measuring error; more, and the camera's clock was set since. */
const CLOCK_MOVED_MS = 2_000;

/** A signature that was refused so long after it was made may have been refused for its age: strict cameras bear 5 s. */
const LATE_MS = 3_500;
/** With the first try two: there are cameras that lock the account at the third wrong one. */
const MOST_EXCUSES = 1;
/** A camera that refuses does so at once; before it waits, or draws a picture. */
const POLL_JUDGED_MS = 1_000;
const PICTURE_JUDGED_MS = 1_500;
/** Open to everybody by the core specification (access class PRE_AUTH): being answered proves no password. */
const OPEN_OPERATIONS =
  /\/(?:GetSystemDateAndTime|GetServices|GetServiceCapabilities|GetCapabilities|GetHostname|GetEndpointReference|GetWsdlUrl)$/;

/**
 * The only way from this program to one camera: capped, timed as a whole, never redirected, bound to the camera's own
 * host, and shut for good once the camera has refused the password. Make a new one after any settings change.
 */
export class CameraSession {
  private readonly line: Line;
  private readonly closing = new AbortController();
  private readonly proofs: Proofs;
  /** It has answered without a password what needs one. */
  private takesAnybody = false;
  private readonly credential: Credential;
  private measured: ClockOffset | undefined;
  private measuredAtMs = 0;
  /** When the camera last answered anything, milliseconds since 1970. */
  heardAtMs: number | undefined;

  constructor(private readonly options: SessionOptions) {
    this.credential = options.credential ?? new Credential();
    this.proofs = new Proofs(options);
    // Each exchange under way listens; a recorder may have a dozen.
    setMaxListeners(0, this.closing.signal);
    const connect = guardedConnector(options.rules, options.certificate, options.resolve);
    const agent = new Agent({
      connections: 4,
      pipelining: 1,
      // Our own deadlines cover the whole exchange; these cover only idleness.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: salvaging(connect),
    });
    this.line = { agent, connect, manners: options.manners ?? { isLoose: false } };
  }

  get address(): CameraAddress {
    return this.options.address;
  }

  get clock(): ClockOffset | undefined {
    return this.measured;
  }

  /** Milliseconds since the camera's clock was last measured. */
  get clockAgeMs(): number {
    return this.options.now() - this.measuredAtMs;
  }

  /**
   * By the open question; where a camera wants to know who asks (Panasonic and Digital Barriers do, says npm `onvif`), by
   * the Date of its refusal. Without a readable time the camera keeps no offset and is signed with our own; that it
   * answered at all is known then.
   *
   * @throws CameraFault where it does not answer
   */
  async measureClock(): Promise<void> {
    const sentAtMs = this.options.now();
    const call = {
      action: `${DEVICE}/GetSystemDateAndTime`,
      body: `<GetSystemDateAndTime xmlns="${DEVICE}"/>`,
    };
    const options = { deadlineMs: CLOCK_DEADLINE_MS, signed: false };
    const answer = await this.send(this.address.devicePath, call, options);
    const receivedAtMs = this.options.now();
    this.measuredAtMs = receivedAtMs;
    try {
      this.measured = clockOffset(readAnswer(answer), sentAtMs, receivedAtMs);
    } catch (error) {
      if (!(error instanceof CameraFault)) throw error;
      this.measured = isRefusal(error)
        ? offsetByDate(answer.headers.date, sentAtMs, receivedAtMs)
        : undefined;
    }
  }

  /**
   * One SOAP call, in its turn with every other use of the password. A refusal is believed only after the camera's clock
   * was measured again, since a clock that jumped makes a right password look wrong, and so does a request that was long
   * on its way (a lost packet of the connection's beginning alone costs 3 s; cameras take a signature of 5 s ago for a
   * replayed one). Then it is final for this session.
   *
   * @throws CameraFault
   */
  async call(path: string, call: SoapCall, options: CallOptions): Promise<XmlElement> {
    if (options.signed === false) return this.attempt(path, call, options);
    return this.credential.use(
      {
        door: options.isOptional === true ? 'optional' : 'soap',
        prove: () => this.prove(),
        isTaken: () => !OPEN_OPERATIONS.test(call.action),
        ...(options.isLongPoll === true ? { isLongPoll: true, judgedAfterMs: POLL_JUDGED_MS } : {}),
      },
      (turn) => {
        if (turn.isFirst) this.proofs.forgetNonce('soap');
        return this.insist(turn, path, call, options);
      },
    );
  }

  /** Asks what needs the password and no more. @throws CameraFault */
  async prove(): Promise<void> {
    const action = `${DEVICE}/GetDeviceInformation`;
    const call = { action, body: `<GetDeviceInformation xmlns="${DEVICE}"/>` };
    await this.call(this.address.devicePath, call, { deadlineMs: CLOCK_DEADLINE_MS });
  }

  private async insist(turn: Turn, path: string, call: SoapCall, options: CallOptions): Promise<XmlElement> {
    for (let excuses = 0; ; excuses += 1) {
      const signedAtMs = this.options.now();
      try {
        return await this.attempt(path, call, options);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        turn.doubt();
        const wasLate = this.options.now() - signedAtMs > LATE_MS;
        if (excuses < MOST_EXCUSES && ((await this.hasClockMoved()) || wasLate)) continue;
        throw error;
      }
    }
  }

  /** Since it was measured last. @throws CameraFault */
  private async hasClockMoved(): Promise<boolean> {
    const before = this.measured?.offsetMs;
    await this.measureClock();
    const after = this.measured?.offsetMs;
    return before !== undefined && after !== undefined && Math.abs(after - before) > CLOCK_MOVED_MS;
  }

  /**
   * A still picture, at most `largestBytes`; its type is judged by its first bytes, not by what the camera says.
   *
   * @param address on the camera's own host, whole or only its path
   * @throws CameraFault
   */
  async picture(address: string, options: { deadlineMs: number; largestBytes: number }): Promise<Picture> {
    const url = this.own(address);
    const use: Use<Picture> = {
      ...{ door: 'picture', judgedAfterMs: PICTURE_JUDGED_MS },
      prove: () => this.prove(),
    };
    return this.credential.use(use, (turn) => {
      if (turn.isFirst) this.proofs.forgetNonce('picture');
      return this.fetch(url, options);
    });
  }

  private async fetch(url: URL, options: { deadlineMs: number; largestBytes: number }): Promise<Picture> {
    const path = `${url.pathname}${url.search}`;
    const deadline = this.options.now() + options.deadlineMs;
    let answer: HttpAnswer | undefined;
    for (let turn = 0; turn < 3; turn++) {
      const isProved = this.proofs.isByHttp('picture');
      answer = await this.onceMore(Math.max(1, deadline - this.options.now()), (deadlineMs) => {
        const headers = this.proofs.header('picture', 'GET', path);
        return this.exchange('GET', url, headers, undefined, { ...options, deadlineMs });
      });
      if (!this.proofs.mayAskAgain('picture', answer, isProved)) break;
    }
    if (answer?.status === 401 || answer?.status === 403)
      throw new CameraFault('password-refused', 'the camera refused the password for its picture');
    if (answer?.status !== 200) throw new CameraFault('http', `the picture: HTTP ${String(answer?.status)}`);
    const mime = pictureType(answer.bytes);
    if (mime === undefined) throw new CameraFault('refused-answer', 'the picture is neither JPEG nor PNG');
    return { bytes: answer.bytes, mime };
  }

  /** @throws CameraFault `forbidden-address` */
  private own(address: string): URL {
    const url = new URL(address, this.address.origin);
    if (url.hostname === new URL(this.address.origin).hostname) return url;
    throw new CameraFault('forbidden-address', 'the address lies on another host');
  }

  /** Ends every exchange under way. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.line.agent.destroy();
  }

  private async attempt(path: string, call: SoapCall, options: CallOptions): Promise<XmlElement> {
    return readAnswer(await this.send(path, call, options));
  }

  private async send(path: string, call: SoapCall, options: CallOptions): Promise<HttpAnswer> {
    const signed = options.signed !== false && this.options.username !== '';
    if (!signed) return this.post(path, call, options, false);
    if (this.proofs.isUnknown) {
      const open = await this.askUnsigned(path, call, options);
      if (open !== undefined) return open;
    }
    let answer: HttpAnswer | undefined;
    for (let turn = 0; turn < 3; turn++) {
      const isProved = this.proofs.isByHttp('soap');
      answer = await this.post(path, call, options, true);
      if (!this.proofs.mayAskAgain('soap', answer, isProved)) break;
    }
    if (answer === undefined) throw new CameraFault('unreachable', 'no answer');
    return answer;
  }

  /**
   * What a camera wants is asked without a password: one that takes both ways would look at a wrong one twice.
   *
   * @returns its answer where it wants none
   */
  private async askUnsigned(
    path: string,
    call: SoapCall,
    options: CallOptions,
  ): Promise<HttpAnswer | undefined> {
    let answer: HttpAnswer | undefined;
    try {
      answer = await this.post(path, call, options, false);
      readAnswer(answer);
      this.takesAnybody ||= !OPEN_OPERATIONS.test(call.action);
      return answer;
    } catch (error) {
      if (!(error instanceof CameraFault) || error.kind === 'timeout') throw error;
      const isChallenge = answer !== undefined && this.proofs.mayAskAgain('soap', answer, false);
      if (!isRefusal(error) && this.takesAnybody) throw error;
      if (isRefusal(error) && !isChallenge) this.proofs.wantsTokens();
      return undefined;
    }
  }

  private post(path: string, call: SoapCall, options: CallOptions, signed: boolean): Promise<HttpAnswer> {
    const url = this.own(path);
    return this.onceMore(options.deadlineMs, (deadlineMs) => {
      const security =
        !signed || this.proofs.isByHttp('soap')
          ? ''
          : usernameToken(
              this.options.username,
              this.options.password,
              this.options.now() + (this.measured?.offsetMs ?? 0),
              randomBytes(20),
            );
      const body = envelope(call, randomUUID(), security);
      return this.exchange(
        'POST',
        url,
        {
          ...(signed ? this.proofs.header('soap', 'POST', `${url.pathname}${url.search}`, body) : {}),
          'content-type': `application/soap+xml; charset=utf-8; action="${headerSafe(call.action)}"`,
        },
        body,
        { ...options, deadlineMs },
      );
    });
  }

  /**
   * A kept connection that the camera hung up at the very moment of asking is no answer: asked once more, on a new one
   * and signed anew. Small cameras close after each answer and do not say so.
   */
  private async onceMore(
    deadlineMs: number,
    ask: (deadlineMs: number) => Promise<HttpAnswer>,
  ): Promise<HttpAnswer> {
    const begunMs = this.options.now();
    try {
      return await ask(deadlineMs);
    } catch (error) {
      const spentMs = this.options.now() - begunMs;
      if (!isHangUp(error) || spentMs > HANG_UP_MS || spentMs >= deadlineMs) throw error;
      return ask(deadlineMs - spentMs);
    }
  }

  private async exchange(
    method: 'GET' | 'POST',
    url: URL,
    headers: Record<string, string>,
    body: string | undefined,
    options: CallOptions,
  ): Promise<HttpAnswer> {
    const { deadlineMs, largestBytes = LARGEST_ANSWER_BYTES } = options;
    const signals = [this.closing.signal, options.signal].filter((one) => one !== undefined);
    const ask = { method, url, headers, body, deadlineMs, largestBytes, signals };
    const answer = await exchange(this.line, ask);
    this.heardAtMs = this.options.now();
    return answer;
  }
}

function isRefusal(error: unknown): error is CameraFault {
  return error instanceof CameraFault && error.kind === 'password-refused';
}

function headerSafe(text: string): string {
  return text.replace(/[^\x21-\x7e]|["\\]/g, '');
}
