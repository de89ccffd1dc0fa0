import { describe, expect, test } from '@jest/globals';
import { authorization, bestChallenge } from './http-digest.ts';

// The worked examples of RFC 7616, 3.9.1.
const MUFASA = { username: 'Mufasa', password: 'Circle of Life' };
const GET = { method: 'GET', uri: '/dir/index.html' };
const offer = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const NONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

describe('HTTP Digest', () => {
  test('gives the responses of the RFC’s examples', () => {
    const md5 = bestChallenge([offer('MD5')]);
    const sha = bestChallenge([offer('MD5'), offer('SHA-256')]);
    if (md5 === undefined || sha === undefined) throw new Error('no challenge was read');
    expect(authorization(md5, MUFASA, GET, 1, NONCE)).toContain(
      'response="8ca523f5e9506fed4657c9700eebdbec"',
    );
    expect(authorization(sha, MUFASA, GET, 1, NONCE)).toContain(
      'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"',
    );
  });
  test('reads two challenges in one header and leaves out what it does not speak', () => {
    expect(bestChallenge([`${offer('SHA-512')}, Basic realm="b"`])?.scheme).toBe('basic');
    expect(bestChallenge(['Negotiate', 'Bearer x'])).toBeUndefined();
  });
  test('sees that only the nonce was stale', () => {
    expect(bestChallenge(['Digest realm="a", nonce="n", stale=TRUE'])?.stale).toBe(true);
  });
});
