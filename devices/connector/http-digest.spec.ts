import { createHash } from 'node:crypto';
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
  test('speaks the forms that few servers ask for: a key for each session, and the body signed too', () => {
    const ask = (challenge: string): string => {
      const best = bestChallenge([challenge]);
      if (best === undefined) throw new Error('no challenge was read');
      return authorization(best, MUFASA, { method: 'POST', uri: '/x', body: '<a/>' }, 1, 'c');
    };
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const key = md5('Mufasa:r:Circle of Life');
    const session = ask('Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess');
    const sessionKey = md5(`${key}:n:c`);
    expect(session).toContain(`response="${md5(`${sessionKey}:n:00000001:c:auth:${md5('POST:/x')}`)}"`);
    expect(session).toContain('algorithm=MD5-sess, qop=auth, nc=00000001, cnonce="c"');
    const whole = ask('Digest realm="r", nonce="n", qop="auth-int"');
    const ha2 = md5(`POST:/x:${md5('<a/>')}`);
    expect(whole).toContain(`response="${md5(`${key}:n:00000001:c:auth-int:${ha2}`)}"`);
    const old = ask('Digest realm="r", nonce="n", qop=""');
    expect(old).toContain(`response="${md5(`${key}:n:${md5('POST:/x')}`)}"`);
  });
  test('reads two challenges in one header and leaves out what it does not speak', () => {
    expect(bestChallenge([`${offer('SHA-512')}, Basic realm="b"`])?.scheme).toBe('basic');
    expect(bestChallenge(['Negotiate', 'Bearer x'])).toBeUndefined();
  });
  test('sees that only the nonce was stale', () => {
    expect(bestChallenge(['Digest realm="a", nonce="n", stale=TRUE'])?.stale).toBe(true);
  });
});
