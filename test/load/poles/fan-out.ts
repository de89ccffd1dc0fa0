import type { MqttClient } from 'mqtt';
import { topics } from '../../../devices/protocol/topics.ts';
import type { EmergencyView } from '../../../src/broadcasts/broadcast.view.ts';
import { burglarSecret, enter, prepare } from '../../faults/attack.ts';
import { Town } from '../../faults/town.ts';
import { lookInto } from '../../stage/database.ts';
import { childOf, memoryOf } from '../../stage/processes.ts';
import { until } from '../../stage/program.ts';
import { scheduleAt } from '../../stage/village.ts';
import type { CrowdPlan } from './crowd.main.ts';
import { Crowd } from './crowd.ts';
import type { Wave } from './crowd.ts';
import type { RawData } from './raw.ts';

/** A commune's usual days: so many items a day stand in each programme. */
const dailyItems = 3;

/**
 * Programmes to many simulated poles, beside the same bytes to the same topics straight through the same broker, turn
 * and turn about; then a prepared emergency, until the last pole's word that it speaks lies in the ledger.
 */
export async function fanOut(
  raw: RawData,
  sizes: { poles: number; rounds: number; emergencies: number },
): Promise<void> {
  const town = await Town.found('bench-fan-out', 1, {
    env: { LOA_DEMONSTRATION_BROKER_SECRET: burglarSecret },
  });
  let isGood = false;
  try {
    const { editor } = town.people;
    const prepared = await prepare(town);
    const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
    await daily(town, spoken.id);
    const plan = await Crowd.found(town, sizes.poles);
    const brokerPid = (): number => childOf(town.service.program.pid, 'broker.main') ?? -1;
    const straight = await until('the broker', () => enter(town.service.ports.mqtt).catch(() => undefined), {
      timeoutMs: 30_000,
    });
    const before = memoryOf(brokerPid());
    const crowd = await Crowd.connect(town, plan);
    await crowd.calm();
    raw.add({
      kind: 'broker-memory',
      poles: sizes.poles,
      bytesPerPole: (memoryOf(brokerPid()) - before) / sizes.poles,
    });

    const programmes = await heardStraight(straight, plan, () =>
      scheduled(town, crowd, spoken.id, sizes.rounds),
    );
    for (let round = 0; round < sizes.rounds; round += 1) {
      const { served, pressedAt } = await scheduled(town, crowd, spoken.id, round);
      raw.add({
        ...{ kind: 'fan-out', side: 'service', poles: served.count, bytes: served.bytes },
        ...{ ms: served.lastAt - served.firstAt, fromButtonMs: served.lastAt - pressedAt },
      });
      const size = Math.round(served.bytes / served.count);
      const messages = plan.boxes.map(({ asset }) => {
        const topic = topics.programme(plan.commune, asset);
        return { topic, bytes: ofSize(programmes.get(topic) ?? Buffer.alloc(0), size) };
      });
      await crowd.calm();
      const begunAt = Date.now();
      const [direct] = await Promise.all([
        crowd.wave('programme', 120_000),
        ...messages.map(({ topic, bytes }) => straight.publishAsync(topic, bytes, { qos: 1 })),
      ]);
      raw.add({
        ...{ kind: 'fan-out', side: 'straight', poles: direct.count, bytes: direct.bytes },
        ...{ ms: direct.lastAt - direct.firstAt, fromButtonMs: direct.lastAt - begunAt },
      });
    }

    for (let round = 0; round < sizes.emergencies; round += 1) {
      await crowd.calm();
      const pressedAt = Date.now();
      const { id } = await editor.caller.post<EmergencyView>('/api/emergencies', {
        draftId: prepared.id,
        confirmation: prepared.confirmation,
        target: { kind: 'commune' },
        everySeconds: 600,
        minutes: 5,
      });
      const lastAt = await allPlaying(town, id, sizes.poles);
      raw.add({ kind: 'emergency', poles: sizes.poles, ms: lastAt - pressedAt });
      await editor.caller.post(`/api/emergencies/${id}/cancel`);
    }
    straight.end(true);
    isGood = true;
  } finally {
    await town.leave(isGood);
  }
}

/** One more item for everybody, pressed in a calm. */
async function scheduled(
  town: Town,
  crowd: Crowd,
  announcementId: string,
  index: number,
): Promise<{ served: Wave; pressedAt: number }> {
  await crowd.calm();
  const pressedAt = Date.now();
  const [served] = await Promise.all([
    crowd.wave('programme', 120_000),
    scheduleAt(town.people.editor.caller, announcementId, Date.now() + (26 + index) * 3_600_000, {
      kind: 'commune',
    }),
  ]);
  return { served, pressedAt };
}

/** What poles are told meanwhile, by topic; who listens in costs the broker, so this is no round that is timed. */
async function heardStraight(
  straight: MqttClient,
  { commune, boxes }: CrowdPlan,
  meanwhile: () => Promise<unknown>,
): Promise<ReadonlyMap<string, Buffer>> {
  const heard = new Map<string, Buffer>();
  const filter = topics.programme(commune, '+');
  straight.on('message', (topic, bytes) => heard.set(topic, bytes));
  await straight.subscribeAsync(filter, { qos: 1 });
  await meanwhile();
  const isWhole = (): boolean => boxes.every(({ asset }) => heard.has(topics.programme(commune, asset)));
  await until('every programme', () => (isWhole() ? true : undefined), { timeoutMs: 60_000 });
  await straight.unsubscribeAsync(filter);
  return heard;
}

/** White space after an envelope changes nothing in it. */
function ofSize(envelope: Buffer, size: number): Buffer {
  return Buffer.concat([envelope, Buffer.alloc(Math.max(0, size - envelope.length), ' ')]);
}

async function daily(town: Town, announcementId: string): Promise<void> {
  const day = (ahead: number): string => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  for (let index = 0; index < dailyItems; index += 1) {
    await town.people.editor.caller.post('/api/broadcasts', {
      announcementId,
      target: { kind: 'commune' },
      schedule: { kind: 'daily', time: `0${index + 5}:00`, fromDate: day(1), untilDate: day(30) },
    });
  }
}

/** When the last of these poles' words was committed, as the ledger dates it. */
async function allPlaying(town: Town, emergencyId: string, poles: number): Promise<number> {
  return lookInto(town.service, async (client) =>
    until(
      'every pole to play',
      async () => {
        const { rows } = await client.query<{ count: number; at: number }>(
          `SELECT count(*)::int AS count, (extract(epoch FROM max(reported_at)) * 1000)::float8 AS at
           FROM airings a JOIN boxes b ON b.asset_id = a.loudspeaker_id AND b.hardware = 'simulated'
           WHERE broadcast_id = $1 AND a.state <> 'planned'`,
          [emergencyId],
        );
        const [row] = rows;
        return row !== undefined && row.count >= poles ? row.at : undefined;
      },
      { timeoutMs: 60_000, everyMs: 100 },
    ),
  );
}
