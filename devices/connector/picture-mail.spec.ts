import { describe, expect, test } from '@jest/globals';
import { PictureMail } from './picture-mail.ts';

function mailOf(count: number) {
  const state = { now: 0, isConnected: true };
  const waiting = Array.from({ length: count }, (_, at) => `picture-${at}`);
  const sent: string[] = [];
  const mail = new PictureMail({
    connected: () => state.isConnected,
    waiting: () => waiting,
    send: (sha256) => {
      sent.push(sha256);
      return Promise.resolve();
    },
    now: () => state.now,
  });
  return { mail, state, sent, waiting };
}

describe('the pictures of a connector', () => {
  test('do not pile up at a service that answers nothing', async () => {
    const { mail, state, sent, waiting } = mailOf(100);
    for (; state.now < 15_000; state.now += 1_000) {
      waiting.push(`new at ${state.now}`);
      await mail.pump();
    }
    expect(sent).toHaveLength(8);
    await mail.pump();
    expect(sent).toHaveLength(16);
  });

  test('go out the newest first, and the next ones as soon as the service has some', async () => {
    const { mail, sent, waiting } = mailOf(20);
    await mail.pump();
    expect(sent.slice(0, 2)).toEqual(['picture-19', 'picture-18']);
    while (waiting.length > 0) {
      const had = sent.slice(-8).filter((one) => waiting.includes(one));
      for (const one of had) waiting.splice(waiting.indexOf(one), 1);
      mail.committed(had);
      await mail.pump();
    }
    expect(new Set(sent).size).toBe(20);
    expect(sent).toHaveLength(20);
  });

  test('wait where the link is down, and all go out again on a new one', async () => {
    const { mail, state, sent } = mailOf(3);
    state.isConnected = false;
    await mail.pump();
    expect(sent).toEqual([]);
    state.isConnected = true;
    await mail.pump();
    mail.forget();
    await mail.pump();
    expect(sent).toHaveLength(6);
  });
});
