import { expect, test } from '@jest/globals';
import { missedReasons, receipt, taskReasons } from '../protocol/pole-messages.ts';
import { happenedInWords, localReasons, noLineInWords } from './local-words.ts';

test('every state of a receipt and every reason has its words under the pole', () => {
  const states = receipt.options.flatMap(({ shape: { state } }) =>
    'options' in state ? [...state.options] : [...state.values],
  );
  expect(states).toContain('unordered');
  const bare = states.filter((state) => /undefined/.test(happenedInWords({ state, what: 'order' })));
  expect(bare).toEqual([]);
  expect([...missedReasons, ...taskReasons].filter((reason) => localReasons[reason] === undefined)).toEqual(
    [],
  );
  expect(happenedInWords({ state: 'refused', what: 'membership', reason: 'bad-signature' })).toBe(
    'từ chối giấy nhận cột: chữ ký sai',
  );
});

test.each([
  ['connect ECONNREFUSED 10.0.0.2:8883', 'máy chủ đang tắt hoặc khởi động lại'],
  ['getaddrinfo EAI_AGAIN loa.xa.vn', 'không có mạng, hoặc không tìm thấy máy chủ'],
  ['the server is not certified by the pinned authority', 'máy trả lời không phải máy chủ của xã'],
  [
    'Connection refused: Bad username or password',
    'máy chủ không nhận thiết bị này: lấy mã mới ở trang cụm loa',
  ],
  ['something else', 'something else'],
])('%s: %s', (reason, words) => {
  expect(noLineInWords(reason)).toBe(words);
});
