import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export const PASSWORD = 'mật khẩu 9';

/** One question, as it came. */
export interface Asked {
  /** Local name of the body's element; `GET` for anything but SOAP. */
  readonly operation: string;
  /** How often it was asked before. */
  readonly before: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly envelope: string;
  /** Tells the connections apart. */
  readonly port: number;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** `hang-up`: not a byte of an answer; `close`: after the answer, without having said so. */
  readonly then?: 'hang-up' | 'close';
}

type Answering = (asked: Asked, server: ForeignServer) => Reply | Promise<Reply>;
export type Answers = Readonly<Record<string, Answering>>;

/**
 * A server of ONVIF that answers in other people's ways: each of its ways is one that somebody met, and says where. It
 * shares no code with the connector. What a test does not say it answers plainly, in the manner of gSOAP.
 */
export class ForeignServer {
  readonly asked: Asked[] = [];
  onAsked: () => void = () => undefined;
  private readonly queue: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    private readonly answers: Answers,
  ) {}

  static async start(answers: Answers = {}, host = '127.0.0.1'): Promise<ForeignServer> {
    const server = createServer();
    const started = new ForeignServer(server, answers);
    server.on('connection', (socket: Socket) => {
      started.sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => started.sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      let envelope = '';
      request.setEncoding('utf8').on('data', (part: string) => (envelope += part));
      request.once('end', () => {
        const inside = /<(?:[\w-]+:)?Body[^>]*>\s*<(?:[\w-]+:)?(\w+)/.exec(envelope)?.[1];
        const operation = inside ?? 'GET';
        const about = {
          ...{ operation, before: started.count(operation), path: request.url ?? '' },
          ...{ headers: request.headers, envelope, port: request.socket.remotePort ?? 0 },
        };
        started.asked.push(about);
        started.onAsked();
        void started.reply(about).then(({ status = 200, headers = {}, body = '', then }) => {
          if (then === 'hang-up') {
            request.socket.destroy();
            return;
          }
          const type = { 'content-type': 'application/soap+xml; charset=utf-8', ...headers };
          response.writeHead(status, { ...type, 'content-length': Buffer.byteLength(body) });
          response.end(body, () => {
            if (then === 'close') request.socket.end();
          });
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** Puts a notice before whoever pulls. */
  tell(message: string): void {
    this.queue.push(message);
    // Whoever asked before may be gone.
    [...this.waiting].at(-1)?.();
  }

  of(operation: string): Asked[] {
    return this.asked.filter((one) => one.operation === operation);
  }

  count(operation: string): number {
    return this.of(operation).length;
  }

  async stop(): Promise<void> {
    for (const wake of this.waiting) wake();
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** What it answers where a test has said nothing. */
  plainly(asked: Asked): Reply | Promise<Reply> {
    switch (asked.operation) {
      case 'GetSystemDateAndTime':
        return soap(timeAnswer(new Date()));
      case 'GetServices':
        return soap(servicesAnswer(this.url));
      case 'GetDeviceInformation':
        return soap(
          '<tds:GetDeviceInformationResponse><tds:Manufacturer>Foreign</tds:Manufacturer><tds:Model>F1</tds:Model>' +
            '<tds:FirmwareVersion>1.10</tds:FirmwareVersion><tds:SerialNumber>00071</tds:SerialNumber>' +
            '<tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>',
        );
      case 'GetProfiles':
        return soap(
          '<trt:GetProfilesResponse><trt:Profiles token="main" fixed="true"><tt:Name>Main</tt:Name>' +
            '<tt:VideoSourceConfiguration token="vsc"><tt:Name>v</tt:Name><tt:SourceToken>0</tt:SourceToken>' +
            '</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="vec"><tt:Name>e</tt:Name>' +
            '</tt:VideoEncoderConfiguration></trt:Profiles></trt:GetProfilesResponse>',
        );
      case 'GetVideoSources':
        return soap(
          '<trt:GetVideoSourcesResponse><trt:VideoSources token="0"/></trt:GetVideoSourcesResponse>',
        );
      case 'CreatePullPointSubscription':
        return soap(subscriptionAnswer(`${this.url}/onvif/pull/1`));
      case 'PullMessages':
        return this.pulled(asked).then((messages) => soap(pullAnswer(messages)));
      case 'Renew':
        return soap(`<wsnt:RenewResponse>${until(60)}</wsnt:RenewResponse>`);
      case 'Unsubscribe':
        return soap('<wsnt:UnsubscribeResponse/>');
      default:
        return fault('ter:ActionNotSupported', 'Optional Action Not Implemented', 500);
    }
  }

  /** Waits as long as it was asked to, as a good server does. */
  async pulled({ envelope }: Asked): Promise<string[]> {
    if (this.queue.length === 0) {
      const seconds = Number(/Timeout>PT(\d+)S</.exec(envelope)?.[1] ?? 0);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, seconds * 1_000);
        this.waiting.add(wake);
      });
    }
    return this.queue.splice(0);
  }

  private async reply(asked: Asked): Promise<Reply> {
    return (await this.answers[asked.operation]?.(asked, this)) ?? (await this.plainly(asked));
  }
}

const NAMESPACES =
  'xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" ' +
  'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tev="http://www.onvif.org/ver10/events/wsdl" ' +
  'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" ' +
  'xmlns:wsa5="http://www.w3.org/2005/08/addressing" xmlns:ter="http://www.onvif.org/ver10/error" ' +
  'xmlns:tns1="http://www.onvif.org/ver10/topics"';

export function soap(inside: string, more: Omit<Reply, 'body'> = {}): Reply {
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope ${NAMESPACES}><SOAP-ENV:Body>${inside}` +
    '</SOAP-ENV:Body></SOAP-ENV:Envelope>';
  return { ...more, body };
}

export function fault(subcode: string, reason: string, status: number): Reply {
  return soap(
    '<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode>' +
      `<SOAP-ENV:Value>${subcode}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason>` +
      `<SOAP-ENV:Text xml:lang="en">${reason}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`,
    { status },
  );
}

export function timeAnswer(at: Date): string {
  const part = (name: string, value: number): string => `<tt:${name}>${String(value)}</tt:${name}>`;
  return (
    '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:UTCDateTime>' +
    `<tt:Time>${part('Hour', at.getUTCHours())}${part('Minute', at.getUTCMinutes())}${part('Second', at.getUTCSeconds())}</tt:Time>` +
    `<tt:Date>${part('Year', at.getUTCFullYear())}${part('Month', at.getUTCMonth() + 1)}${part('Day', at.getUTCDate())}</tt:Date>` +
    '</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>'
  );
}

export function servicesAnswer(base: string): string {
  const service = (name: string, path: string): string =>
    `<tds:Service><tds:Namespace>http://www.onvif.org/ver10/${name}/wsdl</tds:Namespace><tds:XAddr>${base}${path}</tds:XAddr>` +
    '<tds:Version><tt:Major>2</tt:Major><tt:Minor>4</tt:Minor></tds:Version></tds:Service>';
  return (
    `<tds:GetServicesResponse>${service('device', '/onvif/device_service')}${service('media', '/onvif/media')}` +
    `${service('events', '/onvif/events')}</tds:GetServicesResponse>`
  );
}

export function subscriptionAnswer(address: string, parameters = '', times = until(60)): string {
  return (
    `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa5:Address>${address}</wsa5:Address>` +
    `${parameters}</tev:SubscriptionReference>${times}</tev:CreatePullPointSubscriptionResponse>`
  );
}

export function pullAnswer(messages: readonly string[], times = until(60, 'tev')): string {
  return `<tev:PullMessagesResponse>${times}${messages.join('')}</tev:PullMessagesResponse>`;
}

export function until(seconds: number, prefix = 'wsnt'): string {
  const at = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, '');
  return (
    `<${prefix}:CurrentTime>${at(Date.now())}</${prefix}:CurrentTime>` +
    `<${prefix}:TerminationTime>${at(Date.now() + seconds * 1_000)}</${prefix}:TerminationTime>`
  );
}

export function notice(inside: string, topic = 'tns1:VideoSource/MotionAlarm'): string {
  return (
    '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">' +
    `${topic}</wsnt:Topic>${inside}</wsnt:NotificationMessage>`
  );
}

export function motion(state: boolean, topic?: string): string {
  return notice(
    `<wsnt:Message><tt:Message UtcTime="${new Date().toISOString()}" PropertyOperation="Changed"><tt:Source>` +
      '<tt:SimpleItem Name="Source" Value="0"/></tt:Source><tt:Data><tt:SimpleItem Name="State" ' +
      `Value="${String(state)}"/></tt:Data></tt:Message></wsnt:Message>`,
    topic,
  );
}

/** Whether an envelope's UsernameToken holds the password, made within `seconds` of the server's own time. */
export function isSigned(envelope: string, nowMs: number, seconds = 300): boolean {
  const of = (name: string): string => new RegExp(`${name}[^>]*>([^<]*)<`).exec(envelope)?.[1] ?? '';
  const digest = createHash('sha1')
    .update(Buffer.from(of('Nonce'), 'base64'))
    .update(of('Created') + PASSWORD)
    .digest('base64');
  return of('Password') === digest && Math.abs(Date.parse(of('Created')) - nowMs) < seconds * 1_000;
}
