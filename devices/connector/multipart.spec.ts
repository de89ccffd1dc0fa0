import { describe, expect, test } from '@jest/globals';
import { rootPart } from './multipart.ts';

const answer = (lineEnd: string, headers: readonly string[], end = '--b--'): Buffer =>
  Buffer.from(['--b', ...headers, '', '<a>Cổng</a>', end, ''].join(lineEnd));

describe('the root of a multipart answer', () => {
  test.each([
    [
      'as the standard has it',
      answer('\r\n', ['Content-Type: application/xop+xml; charset=utf-8', 'Content-ID: <root>']),
    ],
    ['with bare line feeds', answer('\n', ['content-type: application/xop+xml; charset=utf-8'])],
    [
      'after an empty line',
      Buffer.concat([
        Buffer.from('\r\n'),
        answer('\r\n', ['Content-Type: application/xop+xml; charset=utf-8']),
      ]),
    ],
    [
      'with an attachment behind it',
      answer('\r\n', ['Content-Type: application/xop+xml; charset=utf-8'], '--b\r\n\r\n\u0000--b--'),
    ],
  ])('%s', (_how, bytes) => {
    const root = rootPart(bytes);
    expect(root?.bytes.toString().trim()).toBe('<a>Cổng</a>');
    expect(root?.type).toBe('application/xop+xml; charset=utf-8');
  });

  test('may lack headers and its end', () => {
    expect(rootPart(Buffer.from('--b\r\n\r\n<a/>'))).toMatchObject({ type: '' });
    expect(rootPart(Buffer.from('--b\r\n\r\n<a/>'))?.bytes.toString()).toBe('<a/>');
  });

  test('is none of what is no such answer', () => {
    for (const text of ['', '<a/>', '-', '--', '--b', '--b\r\n', '--b\r\nno header\r\n\r\n<a/>', '-->'])
      expect(rootPart(Buffer.from(text))).toBeUndefined();
  });

  test('is found in time that grows with the size alone', () => {
    const begun = performance.now();
    rootPart(Buffer.from(`--${'-'.repeat(999_998)}`));
    rootPart(Buffer.from(`--b\r\n${'a: \r\n '.repeat(150_000)}`));
    rootPart(Buffer.from(`--b\r\n\r\n${'\n--'.repeat(300_000)}`));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
