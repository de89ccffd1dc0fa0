import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BoxLink as Device } from '../../devices/link/box-link.ts';
import { TrustedClock } from '../../devices/link/trusted-clock.ts';
import type { Membership } from '../../devices/protocol/enrolment-messages.ts';
import { openMembership } from '../../devices/protocol/trust.ts';
import { newId } from '../base/identifier.ts';
import { openTestStation } from './boxes.testing.ts';
import type { TestStation } from './boxes.testing.ts';
import { MembershipService } from './membership.service.ts';
import { Places } from './places.ts';

let station: TestStation;
let communeId = '';
const places = new Places();
/** What the room above says of each place. */
const said = new Map<string, string>();

beforeAll(async () => {
  station = await openTestStation();
  communeId = await station.addCommune('Khánh Thượng');
  places.keep('loudspeaker', {
    describe: (_em, _commune, assetId) => Promise.resolve({ name: said.get(assetId) }),
    restore: () => Promise.reject(new Error('not here')),
    restored: () => undefined,
  });
  const { link, boxes, store, keys, database, clock } = station;
  new MembershipService(link, boxes, store, places, keys, database, clock).onModuleInit();
  await station.link.onApplicationBootstrap();
}, 60_000);

afterAll(async () => {
  await station.close();
});

test('a box carries its place as it is at each connection and after each change, the newest word last', async () => {
  const poles = await Promise.all(
    ['Cột 1', 'Cột 2'].map(async (name) => {
      const assetId = newId();
      said.set(assetId, name);
      const { identity, outbox } = await station.enrolBox(communeId, 'loudspeaker', assetId);
      const device = new Device({
        ...{ identity, outbox, clock: new TrustedClock(), software: 'spec' },
        ...{ programmeNumber: () => 0, arrived: () => undefined },
      });
      const carried = (): unknown => {
        const { membership = '', rootPublicKey = '' } = identity.enrolment ?? {};
        return openMembership(membership, communeId, rootPublicKey).message.place['name'];
      };
      return { assetId, device, outbox, carried };
    }),
  );
  const until = async (expected: readonly string[]): Promise<void> => {
    while (poles.some(({ carried }, index) => carried() !== expected[index]))
      await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const [first] = poles;
  if (first === undefined) throw new Error('No pole');
  for (const { device } of poles) device.start();
  await until(['Cột 1', 'Cột 2']);
  said.set(first.assetId, 'Cột cây đa');
  places.onChanged(communeId, [first.assetId]);
  said.set(first.assetId, 'Cột đầu làng');
  places.onChanged(
    communeId,
    poles.map(({ assetId }) => assetId),
  );
  await until(['Cột đầu làng', 'Cột 2']);
  expect(station.link.refused()).toEqual(new Map());
  for (const { device, outbox } of poles) {
    await device.stop();
    await outbox.close();
  }
}, 60_000);

test('a service that was restored from a backup says what it said then: the box keeps the later word until a person says anew', async () => {
  const assetId = newId();
  said.set(assetId, 'Cột 3');
  const { identity, outbox } = await station.enrolBox(communeId, 'loudspeaker', assetId);
  const refusals: string[] = [];
  const device = new Device({
    ...{ identity, outbox, clock: new TrustedClock(), software: 'spec' },
    ...{ programmeNumber: () => 0, arrived: () => undefined },
    refused: (what, { reason }) => refusals.push(`${what} ${reason}`),
  });
  const carried = (): Membership => {
    const { membership = '', rootPublicKey = '' } = identity.enrolment ?? {};
    return openMembership(membership, communeId, rootPublicKey).message;
  };
  const untilThat = async (is: () => boolean): Promise<void> => {
    while (!is()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const inBooks = <T>(sql: string, more: readonly unknown[] = []): Promise<T[]> =>
    station.database.inCommune(communeId, (em) => em.query<T[]>(sql, [communeId, assetId, ...more]));
  const where = 'WHERE commune_id = $1 AND asset_id = $2';
  device.start();
  await untilThat(() => carried().renewedAt !== undefined);
  const [backup] = await inBooks<{ membership: string }>(`SELECT membership FROM boxes ${where}`);
  if (backup === undefined) throw new Error('No box');
  expect(backup.membership).toBe(identity.enrolment?.membership);

  said.set(assetId, 'Cột chợ');
  places.onChanged(communeId, [assetId]);
  await untilThat(() => carried().place['name'] === 'Cột chợ');
  const later = carried();

  said.set(assetId, 'Cột 3');
  await inBooks(`UPDATE boxes SET membership = $3 ${where}`, [backup.membership]);
  places.onChanged(communeId, [assetId]);
  await untilThat(() => refusals.length > 0);
  expect(refusals).toEqual(['membership older-than-held']);
  expect(carried()).toEqual(later);

  places.onChanged(communeId, [assetId], true);
  await untilThat(() => carried().place['name'] === 'Cột 3');
  expect(carried().renewedAt).toBeGreaterThan(later.renewedAt ?? Infinity);
  expect(refusals).toHaveLength(1);
  await device.stop();
  await outbox.close();
}, 60_000);
