import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { newId } from '../base/identifier.ts';
import { BoxStore } from '../boxes/box.store.ts';
import { openTestDatabase } from '../platform/database/database.testing.ts';
import type { TestDatabase } from '../platform/database/database.testing.ts';
import { reconcile } from './alarm.ts';
import type { Condition, OpenAlarm } from './alarm.ts';
import { AlarmStore } from './alarm.store.ts';
import type { Heard } from './hearing.ts';
import { HearingStore } from './hearing.store.ts';
import { LoudspeakerStore } from './loudspeaker.store.ts';

const store = new AlarmStore();
const hearings = new HearingStore();
const commune = newId();
const [pole, village, person] = [newId(), newId(), newId()];
const dark: Condition = { kind: 'pole-dark', subject: pole, count: 1, isCertain: true };
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 21, 10, minute));

const asFound = ({ kind, subject, count }: Condition | OpenAlarm): Condition => ({
  ...{ kind, subject, count },
  isCertain: true,
});

let held: TestDatabase;
const within = <T>(work: (em: EntityManager) => Promise<T>): Promise<T> =>
  held.database.inCommune(commune, work);

beforeAll(async () => {
  held = await openTestDatabase();
});

afterAll(async () => {
  await held.close();
});

describe('An alarm', () => {
  const open = () => within((em) => store.open(em, commune));

  test('stands once, however many look at the same time', async () => {
    await Promise.all(
      [1, 2, 3].map((minute) => within((em) => store.raise(em, commune, newId(), dark, at(minute)))),
    );
    expect(await open()).toMatchObject([{ kind: 'pole-dark', subject: pole, acknowledgedAt: null }]);
    // A service that starts anew finds it there: nothing to raise, nothing to clear.
    expect(reconcile(await open(), [dark])).toEqual({ raise: [], clear: [], join: [], renew: [] });
  });

  test('is acknowledged by one person, once, and stays open until the condition is gone', async () => {
    const [alarm] = await open();
    const mine = { personId: person, at: at(5), note: 'Đang cho người ra xem' };
    const acknowledge = (): Promise<boolean> =>
      within((em) => store.acknowledge(em, commune, alarm?.id ?? '', mine));
    expect(await acknowledge()).toBe(true);
    expect(await acknowledge()).toBe(false);
    expect(await open()).toMatchObject([{ acknowledgedBy: person, note: mine.note, clearedAt: null }]);
    const { raise, clear } = reconcile(await open(), []);
    expect(raise).toEqual([]);
    await within((em) => store.clear(em, commune, clear, at(9)));
    expect(await open()).toEqual([]);
    // Cleared again by another look, it keeps its time.
    await within((em) => store.clear(em, commune, clear, at(12)));
    expect(await within((em) => store.newest(em, commune))).toMatchObject([{ clearedAt: at(9) }]);
  });

  test('that comes again is another one, to be acknowledged anew', async () => {
    await within((em) => store.raise(em, commune, newId(), dark, at(20)));
    const all = await within((em) => store.newest(em, commune));
    expect(all).toMatchObject([
      { raisedAt: at(20), clearedAt: null, acknowledgedAt: null },
      { clearedAt: at(9), acknowledgedAt: at(5) },
    ]);
  });

  test('that was over before anybody knew of it is acknowledged all the same, once', async () => {
    const id = newId();
    const brief: Condition = { kind: 'no-time', subject: pole, count: 1, isCertain: true };
    await within((em) => store.raise(em, commune, id, brief, at(25)));
    await within((em) => store.clear(em, commune, [id], at(26)));
    const acknowledge = (): Promise<boolean> =>
      within((em) => store.acknowledge(em, commune, id, { personId: person, at: at(27), note: '' }));
    expect(await acknowledge()).toBe(true);
    expect(await acknowledge()).toBe(false);
    const all = await within((em) => store.newest(em, commune));
    expect(all.find((alarm) => alarm.id === id)).toMatchObject({ clearedAt: at(26), acknowledgedAt: at(27) });
  });

  test('that many poles have in common counts each once, whoever finds it', async () => {
    const poles = [newId(), newId(), newId()];
    const many: Condition = { kind: 'forged-many', subject: 'forged', count: 2, isCertain: true, poles };
    const id = newId();
    await within((em) => store.raise(em, commune, id, { ...many, poles: poles.slice(0, 2) }, at(30)));
    await within((em) => store.acknowledge(em, commune, id, { personId: person, at: at(31), note: '' }));
    expect(reconcile(await open(), [dark, many])).toEqual({
      ...{ raise: [], clear: [], renew: [] },
      join: [{ id, poles: poles.slice(2) }],
    });
    await Promise.all([1, 2].map(() => within((em) => store.join(em, commune, id, poles.slice(2)))));
    const all = await open();
    const held = all.find((alarm) => alarm.id === id);
    expect(held).toMatchObject({ count: 3, acknowledgedBy: person, clearedAt: null });
    expect(held?.poles.toSorted()).toEqual(poles.toSorted());
  });

  test('tells the number of now, and stays whose it is; what is over keeps its last one', async () => {
    const id = newId();
    const ends = (count: number): Condition => ({ kind: 'sim-ends', subject: pole, count, isCertain: true });
    const row = async () => (await within((em) => store.newest(em, commune))).find((each) => each.id === id);
    await within((em) => store.raise(em, commune, id, ends(7), at(40)));
    const note = 'Đã báo nhà mạng';
    await within((em) => store.acknowledge(em, commune, id, { personId: person, at: at(41), note }));
    const raised = await row();
    const others = (await open()).filter((each) => each.id !== id);
    const { renew, ...rest } = reconcile(await open(), [...others.map(asFound), ends(3)]);
    expect({ renew, rest }).toEqual({ renew: [{ id, count: 3 }], rest: { raise: [], clear: [], join: [] } });
    await within((em) => store.renew(em, commune, id, 3));
    expect(await row()).toEqual({ ...raised, count: 3 });
    await within((em) => store.clear(em, commune, [id], at(50)));
    await within((em) => store.renew(em, commune, id, 1));
    expect(await row()).toMatchObject({ count: 3, clearedAt: at(50) });
  });

  test('of one commune is nothing to another', async () => {
    expect(await held.database.inCommune(newId(), (em) => store.open(em, commune))).toEqual([]);
  });
});

test('a box that holds a later word of its place is no refusal of a stranger’s, and is it until it is told anew', async () => {
  const [box, before] = [newId(), newId()];
  const refused = (boxId: string, reason: string, minute: number) => ({
    ...{
      id: newId(at(minute).getTime()),
      loudspeakerId: pole,
      boxId,
      at: at(minute),
      receivedAt: at(minute),
    },
    ...{ what: 'membership', reason, detail: '', sha256: '' },
  });
  const found = () =>
    within(async (em) => ({
      ahead: [...(await store.aheadOfTheirPlace(em, commune, at(0)))],
      refused: await store.refused(em, commune, at(0)),
    }));
  const stranger = { poleId: pole, what: 'membership', reason: 'bad-signature', count: 1 };
  await within(async (em) => {
    for (const [id, replacedAt] of [[before, at(1)] as const, [box, null] as const])
      await em.query(
        `INSERT INTO boxes (commune_id, id, kind, asset_id, public_key, mqtt_secret_hash, enrolled_at, replaced_at)
         VALUES ($1, $2, 'loudspeaker', $3, '', '', $4, $5)`,
        [commune, id, pole, at(0), replacedAt],
      );
    const of = [refused(before, 'older-than-held', 1), refused(box, 'bad-signature', 2)];
    await new LoudspeakerStore().addRefusals(em, commune, of);
  });
  expect(await found()).toEqual({ ahead: [], refused: [stranger] });
  await within((em) => new LoudspeakerStore().addRefusals(em, commune, [refused(box, 'older-than-held', 5)]));
  expect(await found()).toEqual({ ahead: [pole], refused: [stranger] });
  await within((em) => new BoxStore().keepMembership(em, commune, box, 'said anew', at(6)));
  expect(await found()).toEqual({ ahead: [], refused: [stranger] });
});

describe('A village in which nothing was heard', () => {
  const say = (who: string, heard: Heard, minute: number): Promise<void> =>
    within((em) =>
      hearings.say(em, commune, {
        ...{ broadcastId: village, nominalAt: at(0), villageId: village, personId: who },
        ...{ heard, saidAt: at(minute), byLink: false },
      }),
    );
  const unheard = (minute: number): Promise<string[]> =>
    within((em) => hearings.unheard(em, commune, at(minute)));

  test('is told until somebody there hears again, or the word is old', async () => {
    const neighbour = newId();
    await say(person, 'not', 1);
    expect(await unheard(0)).toEqual([village]);
    expect(await unheard(2)).toEqual([]);
    await say(neighbour, 'poor', 3);
    expect(await unheard(0)).toEqual([]);
    // A person's later word takes the place of the earlier one.
    await say(neighbour, 'not', 4);
    expect(await unheard(0)).toEqual([village]);
    const said = await within((em) => hearings.between(em, commune, { from: at(0), until: at(1) }));
    expect(said.map(({ personId, heard }) => [personId, heard])).toEqual([
      [person, 'not'],
      [neighbour, 'not'],
    ]);
  });
});
