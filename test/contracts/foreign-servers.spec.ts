import { afterEach, describe, expect, test } from '@jest/globals';
import type { SupervisorTiming } from '../../devices/connector/supervision.ts';
import { find, readXml } from '../../devices/connector/xml.ts';
import { Line } from './foreign-line.ts';
import { ForeignServer, fault, isSigned, motion, notice, pullAnswer } from './foreign-server.ts';
import { servicesAnswer, soap, subscriptionAnswer, timeAnswer, until } from './foreign-server.ts';
import type { Answers, Asked, Reply } from './foreign-server.ts';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(300, 7)]);
const lines: Line[] = [];
/** Closed when the test is over. */
async function hold(answers: Answers, timing: Partial<SupervisorTiming> = {}): Promise<Line> {
  const line = await Line.open(answers, timing);
  lines.push(line);
  return line;
}
afterEach(async () => {
  await Promise.all(lines.splice(0).map((line) => line.close()));
});

const HELD = ['connecting', 'subscribed'];
const header = ({ envelope }: Asked, name: string): string | undefined =>
  find(readXml(envelope), 'Header', name)?.text;

describe('the address of a subscription', () => {
  test.each([
    ['is empty: its event service is pulled (OMNY; go2rtc issue 2302)', () => '', '/onvif/events', undefined],
    [
      'has no host (a Raysharp recorder; agsh/onvif issue 231)',
      () => 'http:///onvif/events_service?session=392',
      '/onvif/events_service?session=392',
      'http:///onvif/events_service?session=392',
    ],
    [
      'is a name (home-assistant/core issue 35866)',
      () => 'urn:uuid:5f5a69c2-e0ae-504f-829b-28f366d8f9a2',
      '/onvif/events',
      'urn:uuid:5f5a69c2-e0ae-504f-829b-28f366d8f9a2',
    ],
    [
      'names every host and a port of its own (onvif_srvd)',
      () => 'http://0.0.0.0:1000/onvif/sub?Idx=1&amp;Key=2',
      '/onvif/sub?Idx=1&Key=2',
      'http://0.0.0.0:1000/onvif/sub?Idx=1&Key=2',
    ],
    ['is only a path', () => 'onvif/sub/1', '/onvif/sub/1', 'onvif/sub/1'],
  ])('%s', async (_what, address, path, to) => {
    const line = await hold({
      CreatePullPointSubscription: () => soap(subscriptionAnswer(address())),
    });
    await line.seesMotion();
    expect(line.path).toEqual(HELD);
    const [pull] = line.server.of('PullMessages');
    expect(pull?.path).toBe(path);
    // Such servers know their subscription by these very words.
    expect(pull === undefined ? '' : header(pull, 'To')).toBe(to);
  });

  test('and its parameters stand in prefixes that nobody bound (home-assistant.io issue 40942)', async () => {
    const unbound = (inside: string): { body: string } => ({
      body:
        '<?xml version="1.0" encoding="utf-8"?>\n<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"\n' +
        `\txmlns:tev="http://www.onvif.org/ver10/events/wsdl">\n<env:Header><wsa:Action>x</wsa:Action></env:Header>\n` +
        `<env:Body>${inside.replaceAll('wsa5:', 'wsa:')}</env:Body></env:Envelope>\r\n\0`,
    });
    const parameters = '<wsa:ReferenceParameters><dom0:Id>7</dom0:Id></wsa:ReferenceParameters>';
    const line = await hold({
      CreatePullPointSubscription: (_asked, { url }) =>
        unbound(subscriptionAnswer(`${url}/onvif/Manager?Idx=0`, parameters)),
      PullMessages: async (asked, server) => unbound(pullAnswer(await server.pulled(asked))),
    });
    await line.seesMotion();
    expect(line.path).toEqual(HELD);
    const [pull] = line.server.of('PullMessages');
    expect(pull === undefined ? '' : header(pull, 'Id')).toBe('7');
    expect(pull?.envelope).not.toContain('xmlns:p=""');
  });
});

describe('a server that lacks what others have is held', () => {
  test.each<[string, Answers]>([
    ['no header that must be understood (gSOAP without WS-Security; iSpy issue 177)', {}],
    [
      'no GetServices: a page of HTML instead',
      {
        GetServices: () => ({ body: '<!DOCTYPE html><html><body>Not here</body></html>' }),
        GetCapabilities: (_asked, { url }) =>
          soap(
            `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Events><tt:XAddr>${url}/onvif/ev</tt:XAddr></tt:Events>` +
              `<tt:Media><tt:XAddr>${url}/onvif/media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`,
          ),
      },
    ],
    ['no GetServices: an empty answer', { GetServices: () => ({ body: '' }) }],
    [
      'no GetSystemDateAndTime (HiKam A7; agsh/onvif pull request 65)',
      { GetSystemDateAndTime: () => fault('ter:ActionNotSupported', 'No', 500) },
    ],
    [
      'no UTC in its time (GWellTimes; npm onvif)',
      { GetSystemDateAndTime: () => soap('<tds:GetSystemDateAndTimeResponse/>') },
    ],
    [
      'a 1.1 of SOAP',
      {
        PullMessages: async (asked, server) => ({
          headers: { 'content-type': 'text/xml' },
          body: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${pullAnswer(await server.pulled(asked))}</soap:Body></soap:Envelope>`,
        }),
      },
    ],
    [
      'no plain answers: each is the root of a multipart one (gSOAP with attachments)',
      Object.fromEntries(
        ['GetSystemDateAndTime', 'GetServices', 'CreatePullPointSubscription', 'PullMessages'].map((name) => [
          name,
          async (asked: Asked, server: ForeignServer) => inParts(await server.plainly(asked)),
        ]),
      ),
    ],
    [
      'no times in its answers',
      {
        CreatePullPointSubscription: (_asked, { url }) => soap(subscriptionAnswer(`${url}/sub`, '', '')),
        PullMessages: async (asked, server) => soap(pullAnswer(await server.pulled(asked), '')),
      },
    ],
    [
      'an end that has passed',
      {
        PullMessages: async (asked, server) =>
          soap(pullAnswer(await server.pulled(asked), until(-3_600, 'tev'))),
      },
    ],
  ])('%s', async (_what, answers) => {
    const line = await hold(answers);
    await line.seesMotion();
    await line.seesMotion();
    expect(line.path).toEqual(HELD);
    expect(line.server.count('CreatePullPointSubscription')).toBe(1);
    expect(line.server.asked.filter(({ envelope }) => envelope.includes('mustUnderstand'))).toEqual([]);
    expect((await line.description()).serial).toBe('00071');
  });

  test('a first source that no profile shows, for which npm onvif throws: it is described all the same', async () => {
    const line = await hold({
      GetVideoSources: () =>
        soap('<trt:GetVideoSourcesResponse><trt:VideoSources token="9"/></trt:GetVideoSourcesResponse>'),
      GetSnapshotUri: (_asked, { url }) =>
        soap(
          `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>${url}/s.jpg</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>`,
        ),
    });
    const described = await line.description();
    expect(described).toMatchObject({ serial: '00071', firmware: '1.10', profiles: ['main'] });
    expect(described.pictureAddress).toBe(`${line.server.url}/s.jpg`);
  });
});

describe('who asks', () => {
  const threeDays = 3 * 86_400_000;

  test('must be told even for the time (Panasonic, Digital Barriers; npm onvif): the Date of the refusal is the clock', async () => {
    const itsNow = (): number => Date.now() - threeDays;
    let refusedSigned = 0;
    const guarded = (asked: Asked, server: ForeignServer) => {
      const headers = { date: new Date(itsNow()).toUTCString() };
      if (isSigned(asked.envelope, itsNow())) {
        return asked.operation === 'GetSystemDateAndTime'
          ? soap(timeAnswer(new Date(itsNow())))
          : server.plainly(asked);
      }
      if (asked.envelope.includes('UsernameToken')) refusedSigned += 1;
      return { ...fault('ter:NotAuthorized', 'Sender not Authorized', 400), headers };
    };
    const names = ['GetSystemDateAndTime', 'GetServices', 'CreatePullPointSubscription', 'PullMessages'];
    const line = await hold(Object.fromEntries(names.map((name) => [name, guarded])));
    await line.seesMotion();
    expect(refusedSigned).toBe(0);
    expect(line.path).toEqual(HELD);
  });

  test('and is refused by HTTP 400 with three tries left (lightNVR issue 339): none of them is used up', async () => {
    const refusal = 'Sender not Authorized. Invalid username or password! You still have 3 attempt(s).';
    const line = await hold({ GetServices: () => fault('ter:NotAuthorized', refusal, 400) });
    await line.until('the refusal', () => line.path.at(-1) === 'password-refused');
    expect(line.server.asked.filter(({ envelope }) => envelope.includes('UsernameToken'))).toHaveLength(1);
  });

  test('by HTTP Digest with a nonce for each answer, and never twice with one', async () => {
    const used = new Set<string>();
    const nonces = { given: 0 };
    const guarded = (asked: Asked, server: ForeignServer) => {
      const nonce = /nonce="(\w+)"/.exec(asked.headers.authorization ?? '')?.[1];
      if (nonce !== undefined && !used.has(nonce)) {
        used.add(nonce);
        return server.plainly(asked);
      }
      const stale = nonce === undefined ? '' : ', stale="true"';
      const offer = `Digest qop="auth",realm="cam, digest inside",nonce="n${String(++nonces.given)}"${stale}`;
      return { status: 401, headers: { 'www-authenticate': offer }, body: '<html>401</html>' };
    };
    const names = ['GetServices', 'CreatePullPointSubscription', 'PullMessages'];
    const line = await hold(Object.fromEntries(names.map((name) => [name, guarded])));
    await line.seesMotion();
    await line.seesMotion();
    expect(line.path).toEqual(HELD);
    expect(line.server.asked.map(({ headers }) => headers.authorization ?? '').join()).toContain(
      'realm="cam, digest inside"',
    );
  });
});

describe('sockets', () => {
  test('that close after each answer without a word are opened anew, and nobody notices', async () => {
    const closing = async (asked: Asked, server: ForeignServer) => ({
      ...(await server.plainly(asked)),
      then: 'close' as const,
    });
    const names = ['GetSystemDateAndTime', 'GetServices', 'CreatePullPointSubscription', 'PullMessages'];
    const line = await hold(Object.fromEntries(names.map((name) => [name, closing])));
    for (let turn = 0; turn < 4; turn++) await line.seesMotion();
    expect(line.path).toEqual(HELD);
    const ports = line.server.of('PullMessages').map(({ port }) => port);
    expect(new Set(ports).size).toBe(ports.length);
  });

  test('that hang up once while a question is on its way: it is asked again', async () => {
    const line = await hold({
      CreatePullPointSubscription: (asked, server) =>
        asked.before === 0 ? { then: 'hang-up' } : server.plainly(asked),
    });
    await line.seesMotion();
    expect(line.path).toEqual(HELD);
    expect(line.server.count('CreatePullPointSubscription')).toBe(2);
  });

  test('that a Tapo hangs up while it was asked to wait: at the second time it is asked to wait less, and stays subscribed', async () => {
    const asksToWait = ({ envelope }: Asked): boolean => envelope.includes('>PT5S<');
    const line = await hold(
      {
        PullMessages: async (asked, server) => {
          if (!asksToWait(asked)) return server.plainly(asked);
          await new Promise((resolve) => setTimeout(resolve, 1_500));
          return { then: 'hang-up' };
        },
      },
      { pullSeconds: 5 },
    );
    const sinceThen = (): number => line.server.of('PullMessages').reverse().findIndex(asksToWait);
    await line.until('it to be asked less', () => sinceThen() > 5);
    await line.seesMotion();
    expect(line.path).toEqual(HELD);
    expect(line.server.of('PullMessages').filter(asksToWait)).toHaveLength(2);
    // Each time it could have been one that was started anew.
    expect(line.server.count('CreatePullPointSubscription')).toBe(3);
  });

  test('that hang up once since the server was started anew, where pulls of what it forgot are answered politely', async () => {
    let known = '';
    const line = await hold(
      {
        CreatePullPointSubscription: ({ before }, { url }) => {
          known = `/sub/${String(before)}`;
          return soap(subscriptionAnswer(`${url}${known}`));
        },
        PullMessages: async (asked, server) => {
          if (asked.path === '/sub/0' && asked.envelope.includes('>PT5S<')) {
            await new Promise((resolve) => setTimeout(resolve, 1_500));
            known = '';
            return { then: 'hang-up' };
          }
          return asked.path === known ? server.plainly(asked) : soap(pullAnswer([]));
        },
      },
      { pullSeconds: 5 },
    );
    await line.until('it to be started anew', () =>
      line.server.of('PullMessages').some(({ path }) => path === '/sub/1'),
    );
    await line.seesMotion();
    expect(line.path).toEqual(HELD);
  });
});

test('one Unsubscribe ends every subscription: after a fault a third one is made at once, and from the next on old ones expire', async () => {
  const known = new Set<string>();
  let faults = 2;
  const line = await hold({
    CreatePullPointSubscription: ({ before }, { url }) => {
      known.add(`/sub/${String(before)}`);
      return soap(subscriptionAnswer(`${url}/sub/${String(before)}`));
    },
    Unsubscribe: (asked, server) => {
      known.clear();
      return server.plainly(asked);
    },
    PullMessages: (asked, server) => {
      // Each first pull of what it was asked for anew comes to nothing, and the old one is emptied.
      if (faults > 0 && ['/sub/0', '/sub/2'].includes(asked.path) && !asked.envelope.includes('>PT0S<')) {
        faults -= 1;
        return { status: 503 };
      }
      return known.has(asked.path)
        ? server.plainly(asked)
        : fault('wsnt:UnknownSubscription', 'Unknown', 400);
    },
  });
  const made = (): number => line.server.count('CreatePullPointSubscription');
  await line.until('a fourth', () => made() === 4 && line.path.at(-1) === 'subscribed');
  await line.seesMotion();
  expect(line.path).toEqual([...HELD, 'fault', 'subscribed', 'fault', 'subscribed']);
  expect(line.server.count('Unsubscribe')).toBe(1);
});

test.each<[string, Answers, number]>([
  [
    'by HTTP 400 without a word (XiongMai; python-zeep issue 1205)',
    { Renew: () => ({ status: 400, body: 'Bad Request' }) },
    1,
  ],
  ['by hanging up, twice', { Renew: () => ({ then: 'hang-up' }) }, 2],
])('Renew refused %s is given up, and the subscription made anew', async (_what, answers, renewals) => {
  const line = await hold({
    ...answers,
    CreatePullPointSubscription: ({ before }, { url }) =>
      soap(subscriptionAnswer(`${url}/sub/${String(before)}`, '', until(before === 0 ? 2 : 60))),
    PullMessages: async (asked, server) =>
      soap(pullAnswer(await server.pulled(asked), until(asked.path === '/sub/0' ? 2 : 60, 'tev'))),
  });
  await line.until('a new one', () => line.server.count('CreatePullPointSubscription') === 2);
  await line.seesMotion();
  expect(line.path).toEqual(HELD);
  expect(line.connector.reports()[0]?.keeping).toBe('re-create');
  expect(line.server.count('Renew')).toBe(renewals);
});

describe('every pull names an end ten minutes away, of a subscription of three seconds', () => {
  const TEN_MINUTES = until(600, 'tev');
  const made = (): Reply => soap(subscriptionAnswer('/onvif/pull/1', '', until(3)));

  test('that is over without Renew, though it is still answered (rtsp-onvif-bridge): it is renewed', async () => {
    let endsAt = 0;
    const live = (): number => (endsAt = Date.now() + 3_000);
    const line = await hold({
      CreatePullPointSubscription: () => (live(), made()),
      Renew: () => (live(), soap(`<wsnt:RenewResponse>${until(3)}</wsnt:RenewResponse>`)),
      // Whoever asks after the end is told nothing.
      PullMessages: async (asked, server) =>
        soap(pullAnswer(Date.now() < endsAt ? await server.pulled(asked) : [], TEN_MINUTES)),
    });
    await line.until('it to be renewed', () => line.server.count('Renew') >= 2);
    await line.seesMotion();
    expect(line.path).toEqual(HELD);
    expect(line.server.count('CreatePullPointSubscription')).toBe(1);
  });

  test('and that bears no Renew: its word is all there is, and it is pulled on', async () => {
    const line = await hold({
      CreatePullPointSubscription: made,
      Renew: () => fault('ter:ActionNotSupported', 'Optional Action Not Implemented', 500),
      PullMessages: async (asked, server) => soap(pullAnswer(await server.pulled(asked), TEN_MINUTES)),
    });
    const pulls = (): number => line.server.count('PullMessages');
    await line.until('its Renew to be tried', () => line.server.count('Renew') > 0);
    const before = pulls();
    await line.until('three more pulls', () => pulls() > before + 3);
    await line.seesMotion();
    expect(line.path).toEqual(HELD);
    expect(line.connector.reports()[0]?.keeping).toBe('pulling');
    expect(['Renew', 'CreatePullPointSubscription'].map((one) => line.server.count(one))).toEqual([1, 1]);
  });
});

describe('a still', () => {
  const still = (uri: string) => () =>
    soap(
      `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>`,
    );

  test('lies at another port of the same camera, behind Basic alone, and its address held a password', async () => {
    const web = await ForeignServer.start({
      GET: ({ headers }) =>
        headers.authorization === undefined
          ? { status: 401, headers: { 'www-authenticate': 'Basic realm="web"' } }
          : { headers: { 'content-type': 'text/plain' }, body: JPEG },
    });
    try {
      const port = String(web.port);
      const line = await hold({
        GetSnapshotUri: still(
          `http://admin:secret@127.0.0.1:${port}/webcapture.jpg?command=snap&amp;channel=1`,
        ),
      });
      const { pictureAddress } = await line.description();
      expect(pictureAddress).toBe(`http://127.0.0.1:${port}/webcapture.jpg?command=snap&channel=1`);
      await line.seesMotion();
      await line.until('the picture', () => line.pictures.length > 0);
      expect(line.pictures[0]?.equals(JPEG)).toBe(true);
      expect(web.asked.map(({ path }) => path)).toEqual(
        Array(2).fill('/webcapture.jpg?command=snap&channel=1'),
      );
    } finally {
      await web.stop();
    }
  });

  test.each([
    [
      'a stream is none (XiongMai XM530; home-assistant/core issue 66554)',
      'rtsp://127.0.0.1:554/user=admin_password=x',
      null,
    ],
    ['of another host is asked of the camera itself', 'http://192.0.2.7:8081/snap.jpg', '/snap.jpg'],
  ])('%s', async (_what, uri, path) => {
    const line = await hold({ GetSnapshotUri: still(uri) });
    const { pictureAddress } = await line.description();
    expect(pictureAddress).toBe(path === null ? null : `${line.server.url}${path}`);
  });

  test('that never comes is not asked for with each notice, and every notice is told', async () => {
    const line = await hold({
      GetSnapshotUri: (_asked, { url }) => still(`${url}/moved.jpg`)(),
      GET: () => ({ status: 302, headers: { location: '/elsewhere.jpg' } }),
    });
    await line.description();
    for (let turn = 0; turn < 8; turn++) await line.seesMotion();
    expect(line.pictures).toEqual([]);
    const asked = line.server.of('GET').map(({ path }) => path);
    expect(new Set(asked)).toEqual(new Set(['/moved.jpg']));
    expect(asked.length).toBeLessThan(8);
  });
});

test('notices in odd forms are all told, none twice, each with its own bytes', async () => {
  const item = (name: string, value: string): string => `<tt:SimpleItem Name="${name}" Value="${value}"/>`;
  const inner = (inside: string, attributes = ''): string =>
    `<wsnt:Message><tt:Message UtcTime="2026-11-22T08:00:00Z"${attributes}>${inside}</tt:Message></wsnt:Message>`;
  const odd: [string, string, string][] = [
    // asecam says so that nothing moves any more (home-assistant/core issue 37545)
    [notice('', 'tns1:RuleEngine/CellMotionDetector/Motion'), 'motion', 'state'],
    // AVTech prefixes what was configured (onvif2mqtt issue 20), Imou its own topics (home-assistant/core issue 140575)
    [
      notice(
        inner(`<tt:Data>${item('State', 'true')}</tt:Data>`),
        'tns1:VideoAnalytics/tns1:VideoSource/MotionAlarm',
      ),
      'motion',
      'begin',
    ],
    [
      notice(
        inner(`<tt:Data>${item('LogicalState', 'true')}</tt:Data>`),
        'tns1:VideoSource/tns1:Device/Trigger/DigitalInput',
      ),
      'digital-input',
      'begin',
    ],
    // A namespace that the topic brings itself, a dialect that swallowed others (Hanwha; home-assistant/core issue 66493)
    [
      notice(inner(`<tt:Data>${item('State', 'true')}</tt:Data>`), 'x').replace(
        /<wsnt:Topic[^]*?<\/wsnt:Topic>/,
        '<wsnt:Topic xmlns:own="urn:own" Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet xmlns:tns1=urn:x">\n' +
          'own:VideoAnalytics/own:MotionDetection </wsnt:Topic>',
      ),
      'motion',
      'begin',
    ],
    [
      notice(
        inner('<tt:Data><tt:ElementItem Name="Box"><tt:BoundingBox left="1"/></tt:ElementItem></tt:Data>'),
        'tnsown:Invented/Thing',
      ),
      'unknown',
      'state',
    ],
    // One Message instead of two
    [
      notice(
        `<wsnt:Message UtcTime="2026-11-22T08:00:00Z"><tt:Data>${item('IsMotion', '1')}</tt:Data></wsnt:Message>`,
        'tns1:RuleEngine/CellMotionDetector/Motion',
      ),
      'motion',
      'begin',
    ],
    [
      notice(inner(`<tt:Data>${item('State', 'true')}</tt:Data>`, ' PropertyOperation="Initialized"')),
      'motion',
      'state',
    ],
  ];
  const line = await hold({});
  for (const [message] of odd) line.server.tell(message);
  await line.until('every notice', () => line.notices.length >= odd.length);
  expect(line.notices.map(({ kind, phase }) => [kind, phase])).toEqual(odd.map(([, ...meant]) => meant));
  expect(line.notices.map(({ raw }) => Buffer.from(raw, 'base64').toString())).toEqual(
    odd.map(([message]) => message),
  );
  const ids = line.notices.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(line.path).toEqual(HELD);
});

test('a service of events under every host’s address is asked at the camera’s own', async () => {
  const line = await hold({
    GetServices: () => soap(servicesAnswer('http://0.0.0.0:1000')),
    GetCapabilities: () => fault('ter:ActionNotSupported', 'No', 500),
  });
  await line.seesMotion();
  expect(line.server.of('CreatePullPointSubscription').map(({ path }) => path)).toEqual(['/onvif/events']);
});

test('a service of events at a port of its own is asked there, where the camera names its own host', async () => {
  const events = await ForeignServer.start();
  try {
    const line = await hold({
      GetServices: (_asked, { url }) => {
        const plain = servicesAnswer(url);
        return soap(plain.replace(`${url}/onvif/events`, `${events.url}/onvif/events`));
      },
    });
    await line.until('it to be pulled', () => events.count('PullMessages') > 0);
    events.tell(motion(true));
    await line.until('the motion to be told', () => line.notices.length > 0);
    expect(line.path).toEqual(HELD);
    expect(line.server.count('CreatePullPointSubscription')).toBe(0);
  } finally {
    await events.stop();
  }
});

/** As gSOAP sends it, compiled for attachments. */
function inParts(reply: Reply): Reply {
  const type = 'application/xop+xml; charset=utf-8; type="application/soap+xml"';
  return {
    ...reply,
    headers: {
      'content-type': 'multipart/related; boundary="==b=="; type="application/xop+xml"; start="<SOAP-ENV>"',
    },
    body: `--==b==\r\nContent-Type: ${type}\r\nContent-ID: <SOAP-ENV>\r\n\r\n${String(reply.body)}\r\n--==b==--`,
  };
}
