import { randomBytes, randomUUID } from 'node:crypto';
import type { CameraAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import { CameraLine, type Answered, type Limits, type LineOptions } from './camera-line.undici.ts';
import { clockOffset, offsetByDate, type ClockOffset } from './clock-offset.ts';
import { Credential, JUDGED_AFTER_MS, PATIENCE_MS, type Turn } from './credential.ts';
import { pictureType } from './picture-type.ts';
import { Places } from './places.ts';
import { Promptness } from './promptness.ts';
import { Asked, Proofs } from './proofs.ts';
import { readAnswer } from './http-answer.ts';
import { DEVICE, envelope, type SoapCall } from './soap.ts';
import type { XmlElement } from './xml.ts';
import { usernameToken } from './wsse.ts';

export interface SessionOptions extends LineOptions {
  readonly address: CameraAddress;
  readonly username: string;
  readonly password: string;
  /** What every use of the password of this device shares; without one the session is alone with it. */
  readonly credential?: Credential;
}

export interface CallOptions extends Limits {
  /** Open calls carry no credentials. */
  readonly signed?: boolean;
  /** A weak account may be refused this and be right: the refusal says nothing of the password. */
  readonly isOptional?: boolean;
  /** The camera is asked to wait before it answers. */
  readonly isLongPoll?: boolean;
}

export interface PictureOptions extends Limits {
  /** It is fetched before those that wait already. */
  readonly isUrgent?: boolean;
}

/** The password, as it is shown in one use. */
interface Showing {
  readonly turn: Turn;
  /** When it was signed with last. */
  atMs: number;
}

export interface Picture {
  /** As received. */
  readonly bytes: Buffer;
  readonly mime: 'image/jpeg' | 'image/png';
}

const CLOCK_DEADLINE_MS = 5_000;
/** Less is measuring error; more, and the camera's clock was set since. */
const CLOCK_MOVED_MS = 2_000;
/** Bad gateway, unavailable, gateway timed out: what will be well again. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/** A signature that was refused so long after it was made may have been refused for its age: strict cameras bear 5 s. */
const LATE_MS = 3_500;
/** With the first try two: there are cameras that lock the account at the third wrong one. */
const MOST_EXCUSES = 1;
/** A device that said no is asked the time (5 s at most), and then maybe once more. */
const DOUBTED_MS = 8_000;
/** At most, and as soon as it is known how soon it asks for a password: it refuses one before it waits, or draws. */
const POLL_JUDGED_MS = 1_000;
const PICTURE_JUDGED_MS = 1_500;
/** The others are for what waits and for what must not wait, however slowly it draws. */
const MOST_PICTURES = 2;
/** Open to everybody by the core specification (access class PRE_AUTH): being answered proves no password. */
const OPEN_OPERATIONS =
  /\/(?:GetSystemDateAndTime|GetServices|GetServiceCapabilities|GetCapabilities|GetHostname|GetEndpointReference|GetWsdlUrl)$/;

/**
 * The only way from this program to one camera: capped, timed as a whole, never redirected, bound to the camera's own
 * host, and shut for good once the camera has refused the password. Make a new one after any settings change.
 */
export class CameraSession {
  private readonly line: CameraLine;
  private readonly proofs: Proofs;
  /** It has answered without a password what needs one. */
  private takesAnybody = false;
  private readonly credential: Credential;
  private readonly pictures = new Places(MOST_PICTURES);
  private readonly promptness = { soap: new Promptness(), picture: new Promptness() };
  private measured: ClockOffset | undefined;
  private measuredAtMs = 0;
  constructor(private readonly options: SessionOptions) {
    this.credential = options.credential ?? new Credential();
    this.proofs = new Proofs(options);
    this.line = new CameraLine(options);
  }

  /** When the camera last answered anything, milliseconds since 1970. */
  get heardAtMs(): number | undefined {
    return this.line.heardAtMs;
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
    const call = {
      action: `${DEVICE}/GetSystemDateAndTime`,
      body: `<GetSystemDateAndTime xmlns="${DEVICE}"/>`,
    };
    const answer = await this.post(this.address.devicePath, call, { deadlineMs: CLOCK_DEADLINE_MS });
    const { sentAtMs, receivedAtMs } = answer;
    this.measuredAtMs = receivedAtMs;
    try {
      this.measured = clockOffset(readAnswer(answer), sentAtMs, receivedAtMs);
    } catch (error) {
      // What cannot answer just now says nothing of its clock: without it the next call would be signed by ours.
      if (!(error instanceof CameraFault) || AWAY.has(answer.status)) throw error;
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
    if (options.signed === false) return readAnswer(await this.post(path, call, options));
    return this.credential.use(
      {
        door: options.isOptional === true ? 'optional' : 'soap',
        prove: () => this.prove(),
        isTaken: () => !OPEN_OPERATIONS.test(call.action),
        isLongPoll: options.isLongPoll === true,
      },
      (turn) => this.insist(turn, path, call, options),
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
      const showing = { turn, atMs: this.options.now() };
      try {
        return await this.attempt(path, call, options, showing);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const wasLate = this.options.now() - showing.atMs > LATE_MS;
        await turn.hold(DOUBTED_MS);
        if (excuses < MOST_EXCUSES && ((await this.hasClockMoved()) || wasLate)) continue;
        throw error;
      }
    }
  }

  /** Away from what was signed with: our own, where nothing was measured. @throws CameraFault */
  private async hasClockMoved(): Promise<boolean> {
    const before = this.measured?.offsetMs ?? 0;
    await this.measureClock();
    const after = this.measured?.offsetMs;
    return after !== undefined && Math.abs(after - before) > CLOCK_MOVED_MS;
  }

  /**
   * A still picture, at most `largestBytes`; its type is judged by its first bytes, not by what the camera says.
   *
   * @param address on the camera's own host, whole or only its path
   * @throws CameraFault
   */
  async picture(address: string, options: PictureOptions): Promise<Picture> {
    const url = this.own(address);
    const leave = await this.pictures.take(PATIENCE_MS, options.isUrgent);
    try {
      return await this.credential.use({ door: 'picture', prove: () => this.prove() }, (turn) =>
        this.fetch(turn, url, options),
      );
    } finally {
      leave();
    }
  }

  private async fetch(turn: Turn, url: URL, options: PictureOptions): Promise<Picture> {
    const path = `${url.pathname}${url.search}`;
    const { promptness } = this;
    const get = (shown: Asked | undefined): Promise<Answered> =>
      this.line.ask(
        options,
        () => ({
          ...{ method: 'GET', url, headers: shown?.header('GET', path) ?? {}, body: undefined },
          onHead: (status) => {
            if (shown !== undefined && status === 200) turn.taken();
          },
        }),
        shown && (() => turn.hold(promptness.picture.within(PICTURE_JUDGED_MS))),
      );
    let asked = this.proofs.known('picture');
    let answer: Answered | undefined;
    for (let tries = 0; tries < 3; tries += 1) {
      answer = await get(asked);
      const { sentAtMs, receivedAtMs } = answer;
      if (asked === undefined && answer.status === 401) promptness.picture.note(receivedAtMs - sentAtMs);
      asked = this.proofs.asked('picture', answer, asked);
      if (asked === undefined) break;
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
  close(): Promise<void> {
    return this.line.close();
  }

  private async attempt(
    path: string,
    call: SoapCall,
    options: CallOptions,
    showing: Showing,
  ): Promise<XmlElement> {
    return readAnswer(await this.send(path, call, options, showing));
  }

  private async send(
    path: string,
    call: SoapCall,
    options: CallOptions,
    showing: Showing,
  ): Promise<Answered> {
    if (this.options.username === '') return this.post(path, call, options);
    let asked = this.proofs.known('soap');
    if (asked === undefined && !this.proofs.isByTokens) {
      const told = await this.askUnsigned(path, call, options);
      if (!(told instanceof Asked) && told !== undefined) return told;
      asked = told;
    }
    let answer: Answered | undefined;
    for (let tries = 0; tries < 3; tries += 1) {
      answer = await this.post(path, call, options, { showing, asked });
      asked = this.proofs.asked('soap', answer, asked);
      if (asked === undefined) break;
    }
    if (answer === undefined) throw new CameraFault('unreachable', 'no answer');
    return answer;
  }

  /**
   * What a camera wants is asked without a password: one that takes both ways would look at a wrong one twice.
   *
   * @returns its answer where it wants none; undefined: it wants WS-Security
   */
  private async askUnsigned(
    path: string,
    call: SoapCall,
    options: CallOptions,
  ): Promise<Answered | Asked | undefined> {
    let answer: Answered | undefined;
    try {
      answer = await this.post(path, call, options);
      readAnswer(answer);
      this.takesAnybody ||= !OPEN_OPERATIONS.test(call.action);
      return answer;
    } catch (error) {
      if (!(error instanceof CameraFault) || error.kind === 'timeout') throw error;
      const asked = answer && this.proofs.asked('soap', answer, undefined);
      if (!isRefusal(error) && this.takesAnybody) throw error;
      if (isRefusal(error) && asked === undefined) this.proofs.wantsTokens();
      return asked;
    }
  }

  private async post(
    path: string,
    call: SoapCall,
    options: CallOptions,
    signed?: { readonly showing: Showing; readonly asked: Asked | undefined },
  ): Promise<Answered> {
    const url = this.own(path);
    const isByToken = signed !== undefined && signed.asked === undefined;
    const { soap, picture } = this.promptness;
    const judgedAfterMs = (): number =>
      options.isLongPoll === true ? soap.within(POLL_JUDGED_MS, picture) : JUDGED_AFTER_MS;
    const answer = await this.line.ask(
      options,
      (atMs) => {
        if (signed !== undefined) signed.showing.atMs = atMs;
        const { username, password } = this.options;
        const cameraMs = atMs + (this.measured?.offsetMs ?? 0);
        const security = isByToken ? usernameToken(username, password, cameraMs, randomBytes(20)) : '';
        const body = envelope(call, randomUUID(), security);
        const headers = {
          ...signed?.asked?.header('POST', `${url.pathname}${url.search}`, body),
          'content-type': `application/soap+xml; charset=utf-8; action="${headerSafe(call.action)}"`,
        };
        return { method: 'POST', url, headers, body };
      },
      signed && (() => signed.showing.turn.hold(judgedAfterMs())),
    );
    if (options.isLongPoll !== true) soap.note(answer.receivedAtMs - answer.sentAtMs);
    return answer;
  }
}

function isRefusal(error: unknown): error is CameraFault {
  return error instanceof CameraFault && error.kind === 'password-refused';
}

function headerSafe(text: string): string {
  return text.replace(/[^\x21-\x7e]|["\\]/g, '');
}
