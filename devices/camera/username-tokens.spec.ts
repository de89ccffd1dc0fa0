import { describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { BASE64, NS, PASSWORD_DIGEST } from './namespaces.ts';
import { UsernameTokens } from './username-tokens.ts';
import { readXml, type XmlNode } from './xml-text.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');

function header(
  password: string,
  created = '2026-11-22T08:00:00.000Z',
  nonce = randomBytes(16),
  user = 'admin',
): XmlNode {
  const digest = createHash('sha1').update(nonce).update(created).update(password, 'utf8').digest('base64');
  return readXml(
    `<h xmlns:w="${NS.wsse}" xmlns:u="${NS.wsu}"><w:Security><w:UsernameToken><w:Username>${user}</w:Username>` +
      `<w:Password Type="${PASSWORD_DIGEST}">${digest}</w:Password>` +
      `<w:Nonce EncodingType="${BASE64}">${nonce.toString('base64')}</w:Nonce>` +
      `<u:Created>${created}</u:Created></w:UsernameToken></w:Security></h>`,
  );
}

describe('a strict camera', () => {
  const tokens = (): UsernameTokens => new UsernameTokens('admin', 'mật-khẩu');

  test('accepts a right digest, Vietnamese password and all', () => {
    expect(tokens().check(header('mật-khẩu'), NOW)).toBe('accepted');
  });
  test('refuses the same request a second time', () => {
    const strict = tokens();
    const once = header('mật-khẩu');
    expect(strict.check(once, NOW)).toBe('accepted');
    expect(strict.check(once, NOW)).toBe('replayed');
  });
  test('refuses what was created six seconds away from its own clock', () => {
    expect(tokens().check(header('mật-khẩu', '2026-11-22T08:00:06Z'), NOW)).toBe('stale');
    expect(tokens().check(header('mật-khẩu', '2026-11-22T07:59:54Z'), NOW)).toBe('stale');
  });
  test('tells apart a wrong password, a wrong user and no header at all', () => {
    expect(tokens().check(header('mat-khau'), NOW)).toBe('wrong-password');
    expect(tokens().check(header('mật-khẩu', undefined, undefined, 'root'), NOW)).toBe('unknown-user');
    expect(tokens().check(undefined, NOW)).toBe('absent');
  });
});

describe('the strict reader', () => {
  test.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['a bare ampersand', '<a>x & y</a>'],
    ['crossed tags', '<a><b></a></b>'],
    ['an undeclared prefix', '<x:a/>'],
    ['two roots', '<a/><b/>'],
    ['a cut end', '<a><b/>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
  ])('refuses %s', (_what, text) => {
    expect(() => readXml(text)).toThrow();
  });
  test('resolves namespaces and entities', () => {
    const node = readXml('<x:a xmlns:x="urn:x" q="&lt;&#65;">Đ &amp; <![CDATA[<b>]]></x:a>');
    expect([node.namespace, node.name, node.attributes.get('q'), node.text]).toEqual([
      'urn:x',
      'a',
      '<A',
      'Đ & <b>',
    ]);
  });
});
