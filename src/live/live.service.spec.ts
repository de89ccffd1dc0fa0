import { afterEach, describe, expect, test } from '@jest/globals';
import type { Person, Role } from '../access/rights.ts';
import { SessionReader } from '../access/session-reader.ts';
import { Events } from '../base/events.ts';
import { BrokerLink } from '../platform/broker/broker.link.ts';
import { Broker } from '../platform/broker/broker.ts';
import { LiveService } from './live.service.ts';
import { behindMaximumBytes, Screen } from './screen.ts';

/** Sessions as a test sets them: the port's other body. */
class HandSessions extends SessionReader {
  readonly people = new Map<string, Person>();

  override personOf(token: string, isUse: boolean): Promise<Person | null> {
    // A screen that is only left open is no use of its session.
    expect(isUse).toBe(false);
    return Promise.resolve(this.people.get(token) ?? null);
  }
}

const events = new Events();
const sessions = new HandSessions();
const wire = new BrokerLink();
const broker = new Broker('', undefined, wire);
const live = new LiveService(events, sessions, broker, wire);
live.onModuleInit();

afterEach(() => {
  live.onApplicationShutdown();
  live.onModuleInit();
});

let made = 0;
function screenOf(role: Role, communeId = 'commune-1') {
  const token = `token-${++made}`;
  const person: Person = { id: token, communeId, displayName: '', roles: [role], villageIds: [] };
  sessions.people.set(token, person);
  const texts: string[] = [];
  const state = { behind: 0, ended: false };
  const screen = new Screen(person, token, {
    waiting: () => state.behind,
    write: (text) => void texts.push(text),
    end: () => void (state.ended = true),
  });
  live.add(screen);
  return {
    screen,
    texts,
    state,
    token,
    types: () => texts.flatMap((one) => /^event: (.*)/.exec(one)?.[1] ?? []),
  };
}

describe('screens', () => {
  test('hear what their person may read, of their own commune', () => {
    const police = screenOf('police');
    const editor = screenOf('editor');
    const stranger = screenOf('police', 'commune-2');
    const about = { id: 'x' } as never;
    events.tell('camera-event.changed', { communeId: 'commune-1', event: about });
    events.tell('camera.changed', { communeId: 'commune-1', camera: about });
    events.tell('pole.changed', { communeId: 'commune-1', pole: about });
    events.tell('announcement.changed', { communeId: 'commune-1', id: 'a', state: 'draft', rendering: null });
    broker.emit('down', 'it was killed');
    expect(police.types()).toEqual(['camera-event', 'camera', 'pole', 'broker']);
    expect(editor.types()).toEqual(['pole', 'announcement', 'broker']);
    expect(stranger.types()).toEqual(['broker']);
    expect(police.texts.at(-1)).toBe('event: broker\ndata: {"type":"broker","up":false}\n\n');
  });

  test('are what camera events are made ready for: without one nobody hears of them', async () => {
    const last = screenOf('police');
    expect(events.isHeard('camera-event.changed')).toBe(true);
    sessions.people.clear();
    await live.beat();
    expect(live.count).toBe(0);
    expect(events.isHeard('camera-event.changed')).toBe(false);
    const next = screenOf('police');
    events.tell('camera-event.changed', { communeId: 'commune-1', event: { id: 'x' } as never });
    expect(last.types()).toEqual([]);
    expect(next.types()).toEqual(['camera-event']);
  });

  test('that do not read are dropped, and hold up nobody', () => {
    const frozen = screenOf('police');
    const well = screenOf('police');
    frozen.state.behind = behindMaximumBytes;
    events.tell('broadcasts.changed', { communeId: 'commune-1' });
    expect(frozen.state.ended).toBe(true);
    expect(frozen.types()).toEqual([]);
    expect(well.types()).toEqual(['broadcasts']);
  });

  test('are closed when their session ends, and follow new rights', async () => {
    const leaving = screenOf('police');
    const changing = screenOf('police');
    sessions.people.delete(leaving.token);
    const before = sessions.people.get(changing.token);
    if (before !== undefined) sessions.people.set(changing.token, { ...before, roles: ['editor'] });
    const open = live.count;
    await live.beat();
    expect(leaving.state.ended).toBe(true);
    expect(live.count).toBeLessThan(open);
    expect(changing.texts.at(-1)).toBe(': heartbeat\n\n');
    events.tell('camera.changed', { communeId: 'commune-1', camera: { id: 'x' } as never });
    expect(changing.types()).toEqual([]);
  });
});
