import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { looseAnswer } from './loose-http.ts';

const body = '<a>Cổng</a>';
const length = String(Buffer.byteLength(body));
const chunk = Buffer.byteLength(body).toString(16);
const sized = `Content-Length: ${length}`;

describe('an answer that is nearly HTTP', () => {
  test.each([
    ['as it should be', `HTTP/1.1 200 OK\r\n${sized}\r\n\r\n${body}`],
    ['with bare line feeds', `HTTP/1.1 200 OK\n${sized}\n\n${body}`],
    ['after empty lines', `\r\n\nHTTP/1.1 200 OK\r\n${sized}\r\n\r\n${body}`],
    ['with no space before the reason', `HTTP/1.1 200OK\r\n${sized}\r\n\r\n${body}`],
    ['without a version', `HTTP 200 OK\r\n${sized}\r\n\r\n${body}`],
    ['in small letters', `http/1.1 200 ok\r\n${sized}\r\n\r\n${body}`],
    ['with a space before the colon', `HTTP/1.1 200 OK\r\nContent-Length : ${length}\r\n\r\n${body}`],
    ['with a line that is no header', `HTTP/1.1 200 OK\r\njunk\r\nX Y: 1\r\n${sized}\r\n\r\n${body}`],
    [
      'with characters that no header may hold',
      `HTTP/1.1 200 OK\r\nServer: a\u0001b\r\n${sized}\r\n\r\n${body}`,
    ],
    ['with a folded header', `HTTP/1.1 200 OK\r\nServer: a\r\n b\r\n${sized}\r\n\r\n${body}`],
    ['with its length twice', `HTTP/1.1 200 OK\r\n${sized}\r\n${sized}\r\n\r\n${body}`],
    ['with two lengths', `HTTP/1.1 200 OK\r\nContent-Length: 3\r\n${sized}\r\n\r\n${body}`],
    [
      'in chunks and with a length',
      `HTTP/1.1 200 OK\r\n${sized}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}\r\n${body}\r\n0\r\n\r\n`,
    ],
    [
      'in chunks with bare line feeds',
      `HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n${chunk}\n${body}\n0\n\n`,
    ],
    [
      'in chunks, and more behind the last',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}\r\n${body}\r\n0\r\n\r\nmore`,
    ],
  ])('%s is read before the connection ends', (_how, text) => {
    expect(looseAnswer(Buffer.from(text, 'utf8'), false)).toMatchObject({
      status: 200,
      bytes: Buffer.from(body),
    });
  });

  test.each([
    ['with a length beyond its end', `HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n${body}`],
    ['with no length', `HTTP/1.0 200 OK\r\n\r\n${body}`],
    [
      'in chunks without the last',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}\r\n${body}\r\n`,
    ],
    ['that calls itself chunked and is not', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`],
  ])('%s is read when the connection has ended', (_how, text) => {
    expect(looseAnswer(Buffer.from(text), false)).toBeUndefined();
    expect(looseAnswer(Buffer.from(text), true)).toMatchObject({ status: 200, bytes: Buffer.from(body) });
  });

  test.each(['', body, 'SSH-2.0-x\r\n\r\n', `HTTP/1.1 two\r\n\r\n${body}`])('%j is none', (text) => {
    expect(looseAnswer(Buffer.from(text), true)).toBe('none');
  });

  test('keeps what a refusal asks for, of any bytes takes no more than came, and ends', () => {
    const refusal = looseAnswer(Buffer.from('HTTP/1.1 401\nWWW-Authenticate: Digest realm="x"\n\n'), true);
    expect(refusal).toMatchObject({ status: 401, headers: { 'www-authenticate': ['Digest realm="x"'] } });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isOver) => {
        const head = Buffer.from('HTTP/1.1 200\nTransfer-Encoding: chunked\n\n');
        const read = looseAnswer(Buffer.concat([head, bytes]), isOver);
        return read === undefined || (read !== 'none' && read.bytes.length <= bytes.length);
      }),
    );
  });
});
