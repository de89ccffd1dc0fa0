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

  /** A camera that answers its `turn`th signed request in this way, and how often it was asked with a password. */
  async function against(answer: (turn: number, pass: (ms: number) => void) => string) {
    let now = Date.parse('2026-11-22T00:00:00Z');
    let tries = 0;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        if (body.includes('UsernameToken')) response.end(answer(++tries, (ms) => (now += ms)));
        else if (!body.includes('GetSystemDateAndTime')) response.end(refused);
        else {
          const [hour, minute, second] = new Date(now).toISOString().slice(11, 19).split(':');
          const time = `<Time><Hour>${hour}</Hour><Minute>${minute}</Minute><Second>${second}</Second></Time>`;
          const date = '<Date><Year>2026</Year><Month>11</Month><Day>22</Day></Date>';
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
    await open.measureClock();
    const ask = () =>
      open.call(
        '/onvif/device_service',
        { action: `${DEVICE}/GetScopes`, body: '<GetScopes/>' },
        { deadlineMs: 30_000 },
      );
    return { ask, tries: () => tries };
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
});
