import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { CameraFault } from './camera-fault.ts';
import { escapeXml, find, readXml, textAt } from './xml.ts';

describe('a camera’s answer', () => {
  test.each([
    ['a document type with nested entities', '<!DOCTYPE b [<!ENTITY e "ha"><!ENTITY f "&e;&e;">]><a>&f;</a>'],
    [
      'an external entity',
      '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    ],
    ['a document type in small letters', '<!doctype html><a/>'],
    ['100,000 nested elements', `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`],
    ['3,000 attributes', `<a ${Array.from({ length: 3_000 }, (_, n) => `b${n}="1"`).join(' ')}/>`],
    ['60 nested elements', `${'<a>'.repeat(60)}${'</a>'.repeat(60)}`],
    ['a truncated end', '<s:Envelope><s:Body><a>1</a>'],
    ['crossed tags', '<a><b></a></b>'],
    ['two roots', '<a/><b/>'],
    ['words', 'Service Unavailable'],
    ['nothing', ''],
    ['200,000 tags', `<a>${'<b/>'.repeat(200_000)}</a>`],
    ['a name that JavaScript would stumble over', '<__proto__><a/></__proto__>'],
  ])('is refused with %s', (_what, text) => {
    expect(() => readXml(text)).toThrow(
      expect.objectContaining({ name: 'CameraFault', kind: 'refused-answer' }),
    );
  });

  test.each([
    ['xmlns without an end, which froze a regular expression', `<a>${'xmlns '.repeat(160_000)}</a>`],
    ['open quotes', `<a b="${'"'.repeat(500_000)}`],
    ['open comments', `<a>${'<!--'.repeat(200_000)}`],
    ['open tags', `<a>${'<'.repeat(900_000)}`],
    ['spaces', `<a${' '.repeat(900_000)}/>`],
    ['equal signs', `<a ${'b='.repeat(400_000)}/>`],
    ['ampersands', `<a>${'&'.repeat(900_000)}</a>`],
    ['closing tags', `<a>${'</'.repeat(400_000)}`],
  ])('of 1 MB of %s does not hold the reader for two seconds', (_what, text) => {
    const before = process.cpuUsage();
    try {
      readXml(text);
    } catch (error) {
      expect(error).toBeInstanceOf(CameraFault);
    }
    // Measured at 10 to 150 ms; what the quadratic readers do with these takes minutes.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });

  test('with thousands of siblings, emptied tags and what only looks like tags is read', () => {
    const inside = `${'<b/>'.repeat(3_000)}${'<b c="/">1</b>'.repeat(3_000)}`;
    expect(readXml(`<a><!--${'<x '.repeat(500)}-->${inside}</a>`).children).toHaveLength(6_000);
  });

  test('keeps text as text, with entities resolved once', () => {
    const root = readXml(
      '<?xml version="1.0"?><a b="&lt;&#65;&amp;amp;&#x1EA1;" c="&unknown;">1.10<!-- x --> &amp;lt; <![CDATA[<z>]]></a>',
    );
    expect(root.attributes.get('b')).toBe('<A&amp;ạ');
    expect(root.attributes.get('c')).toBe('&unknown;');
    expect(root.text).toBe('1.10 &lt; <z>');
  });
  test('resolves namespaces and finds by local names', () => {
    const root = readXml('<s:a xmlns:s="urn:s" xmlns="urn:d"><b><c:d xmlns:c="urn:c"> x </c:d></b></s:a>');
    expect([root.namespace, find(root, 'b')?.namespace, find(root, 'b', 'd')?.namespace]).toEqual([
      'urn:s',
      'urn:d',
      'urn:c',
    ]);
    expect(textAt(root, 'b', 'd')).toBe('x');
  });
  test('what we escape is read back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const kept = text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
        expect(readXml(`<a b="x">${escapeXml(text)}</a>`).text).toBe(kept.replace(/\r\n?/g, '\n'));
      }),
    );
  });
});
