import { describe, expect, test } from '@jest/globals';
import { refuseOtherSites } from './same-origin.ts';

function isRefused(headers: Record<string, string>, method = 'POST'): boolean {
  try {
    refuseOtherSites({ method, host: 'loa.example:7743', protocol: 'https', headers });
    return false;
  } catch {
    return true;
  }
}

describe('a change that a browser asks for', () => {
  test.each([
    ['from our own page', { 'sec-fetch-site': 'same-origin' }, false],
    ['typed by the person', { 'sec-fetch-site': 'none' }, false],
    ['from another site', { 'sec-fetch-site': 'cross-site' }, true],
    ['from another port or name of this site', { 'sec-fetch-site': 'same-site' }, true],
    [
      'from another site that forges our origin',
      { 'sec-fetch-site': 'cross-site', origin: 'https://loa.example:7743' },
      true,
    ],
    ['from our own page, over plain http', { origin: 'https://loa.example:7743', cookie: 'a=b' }, false],
    ['from the same host and another port', { origin: 'https://loa.example' }, true],
    ['from the same host without TLS', { origin: 'http://loa.example:7743' }, true],
    ['from a page without an origin', { origin: 'null' }, true],
    ['with a cookie and no word of where from', { cookie: 'loa_session=x' }, true],
    ['by a box, which is no browser', {}, false],
  ])('%s', (_, headers, refused) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(isRefused(headers, method)).toBe(refused);
  });

  test('reading is never refused', () => {
    expect(isRefused({ 'sec-fetch-site': 'cross-site' }, 'GET')).toBe(false);
  });
});
