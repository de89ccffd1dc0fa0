import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { readAnswer, textOf } from './http-answer.ts';

const xml = (encoding: string, inside: string | Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><s:Envelope xmlns:s="urn:s"><s:Body><a n="`),
    typeof inside === 'string' ? Buffer.from(inside) : inside,
    Buffer.from('"/></s:Body></s:Envelope>'),
  ]);
const nameIn = (bytes: Buffer, type = 'application/soap+xml; charset=utf-8'): string | undefined =>
  readAnswer({ status: 200, headers: { 'content-type': type }, bytes }).attributes.get('n');
/** 门口 ("gate") in GBK. */
const GATE = Buffer.from([0xc3, 0xc5, 0xbf, 0xda]);

describe('the letters of an answer', () => {
  test.each([
    ['UTF-8, as it should', xml('utf-8', 'Cổng chợ'), 'Cổng chợ'],
    ['UTF-8 with a mark before it', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), xml('UTF-8', 'ạ')]), 'ạ'],
    ['UTF-8 that says it is Latin', xml('ISO-8859-1', 'ạ'), 'ạ'],
    ['Latin that says so', xml('iso-8859-1', Buffer.from([0xe9])), 'é'],
    ['GBK that says so', xml('GB2312', GATE), '门口'],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${xml('utf-16', 'ạ').toString()}`, 'utf16le'), 'ạ'],
    ['an encoding that nobody knows', xml('x-firmware', Buffer.from([0x61, 0xff])), 'a\uFFFD'],
    ['GBK that says it is UTF-8: the rest is not lost', xml('utf-8', GATE), expect.stringMatching(/\uFFFD/)],
  ])('are read from %s', (_what, bytes, name) => {
    expect(nameIn(bytes)).toEqual(name);
  });

  test('are read from what its header says where the answer itself says nothing', () => {
    const bytes = Buffer.from(
      xml('x', GATE)
        .toString('latin1')
        .replace(/<\?.*?\?>/, ''),
      'latin1',
    );
    expect(nameIn(bytes, 'text/xml; charset="gbk"')).toBe('门口');
  });

  test('are read from any bytes, and never thrown over', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 40 }), (bytes, type) => {
        expect(typeof textOf(Buffer.from(bytes), type)).toBe('string');
        expect(typeof textOf(xml('gbk', Buffer.from(bytes)), type)).toBe('string');
      }),
    );
  });
});

test('a name with an "&" of its own, a line end before and a C string’s end behind do not spoil an answer', () => {
  const bytes = Buffer.concat([Buffer.from('\r\n'), xml('utf-8', 'Cổng & sân'), Buffer.from('\r\n\0')]);
  expect(nameIn(bytes)).toBe('Cổng & sân');
  const text = Buffer.from(xml('utf-8', '').toString().replace('<a n=""/>', '<a>Cổng & sân &amp; R&D</a>'));
  expect(readAnswer({ status: 200, headers: {}, bytes: text }).text).toBe('Cổng & sân & R&D');
});
