import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { AddressRules } from './address-rules.ts';
import { readCameraAddress } from './camera-address.ts';
import { CameraSession } from './camera-session.undici.ts';
import { DEVICE } from './soap.ts';

const envelope = (inside: string): string =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${inside}</s:Body></s:Envelope>`;
const refused = envelope(
  '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code></s:Fault>',
);

describe('a session with a camera', () => {
  let server: Server | undefined;
  let session: CameraSession | undefined;
  afterEach(async () => {
    await session?.close();
    server?.close();
  });

  /**
   * A camera that answers its `turn`th signed request in this way, and how often it was asked with a password. Its `clock`
   * may be off, and tells `status` instead of the time.
   */
  async function against(
    answer: (turn: number, pass: (ms: number) => void, isOnTime: boolean) => string,
    clock = { offsetMs: 0, status: 200 },
  ) {
    let now = Date.parse('2026-11-22T00:00:00Z');
    let tries = 0;
    const isOnTime = (body: string): boolean => {
      const created = Date.parse(/Created[^>]*>([^<]+)</.exec(body)?.[1] ?? '');
      return Math.abs(created - now - clock.offsetMs) < 5_000;
    };
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        if (body.includes('UsernameToken'))
          response.end(answer(++tries, (ms) => (now += ms), isOnTime(body)));
        else if (!body.includes('GetSystemDateAndTime')) response.end(refused);
        else if (clock.status !== 200) response.writeHead(clock.status).end();
        else {
          const [year, month, day, hour, minute, second] = new Date(now + clock.offsetMs)
            .toISOString()
            .split(/\D/);
          const time = `<Time><Hour>${hour}</Hour><Minute>${minute}</Minute><Second>${second}</Second></Time>`;
          const date = `<Date><Year>${year}</Year><Month>${month}</Month><Day>${day}</Day></Date>`;
          response.end(
            envelope(
              `<GetSystemDateAndTimeResponse xmlns="${DEVICE}"><SystemDateAndTime><UTCDateTime>${time}${date}</UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>`,
            ),
          );
        }
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const rules = new AddressRules({ allowedNetworks: ['127.0.0.0/8'], ownPorts: [], ownAddresses: [] });
    const address = readCameraAddress(`127.0.0.1:${port}`);
    const made = { address, rules, username: 'loalang', password: 'đúng', certificate: null };
    const open = new CameraSession({ ...made, now: () => now });
    session = open;
    if (clock.status === 200) await open.measureClock();
    const ask = () =>
      open.call(
        '/onvif/device_service',
        { action: `${DEVICE}/GetScopes`, body: '<GetScopes/>' },
        { deadlineMs: 30_000 },
      );
    return { ask, measure: () => open.measureClock(), tries: () => tries };
  }

  test('does not give up a right password because a request came too late', async () => {
    const { ask, tries } = await against((turn, pass) => {
      if (turn === 1) pass(6_000);
      return turn === 1 ? refused : envelope('<GetScopesResponse/>');
    });
    await expect(ask()).resolves.toMatchObject({ name: 'GetScopesResponse' });
    expect(tries()).toBe(2);
  });

  test('tries a refused password once, twice where each came late, and then never again', async () => {
    const prompt = await against(() => refused);
    await expect(prompt.ask()).rejects.toMatchObject({ kind: 'password-refused' });
    await expect(prompt.ask()).rejects.toMatchObject({ kind: 'password-refused' });
    expect(prompt.tries()).toBe(1);
    await session?.close();
    server?.close();
    const late = await against((_turn, pass) => {
      pass(6_000);
      return refused;
    });
    await expect(late.ask()).rejects.toMatchObject({ kind: 'password-refused' });
    await expect(late.ask()).rejects.toMatchObject({ kind: 'password-refused' });
    expect(late.tries()).toBe(2);
  });

  describe('whose clock is three days ahead', () => {
    const onlyOnTime = (_turn: number, _pass: unknown, isOnTime: boolean): string =>
      isOnTime ? envelope('<GetScopesResponse/>') : refused;

    test.each([502, 503, 504])('signs by it after it could not tell it for a moment (%i)', async (status) => {
      const clock = { offsetMs: 3 * 86_400_000, status: 200 };
      const { ask, measure, tries } = await against(onlyOnTime, clock);
      clock.status = status;
      await expect(measure()).rejects.toMatchObject({ kind: 'http' });
      clock.status = 200;
      await expect(ask()).resolves.toMatchObject({ name: 'GetScopesResponse' });
      expect(tries()).toBe(1);
    });

    test('does not believe a refusal of what it signed by its own clock, for want of the camera’s', async () => {
      const clock = { offsetMs: 3 * 86_400_000, status: 404 };
      const { ask, measure, tries } = await against(onlyOnTime, clock);
      await measure();
      clock.status = 200;
      await expect(ask()).resolves.toMatchObject({ name: 'GetScopesResponse' });
      expect(tries()).toBe(2);
    });
  });
});
