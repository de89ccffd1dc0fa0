import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKeyPair } from '../../../devices/protocol/envelope.ts';
import { newId } from '../../../src/base/identifier.ts';
import type { Town } from '../../faults/town.ts';
import { lookInto } from '../../stage/database.ts';
import { jsonLine, Program, until } from '../../stage/program.ts';
import { pause } from '../../faults/seed.ts';
import type { CrowdPlan } from './crowd.main.ts';

/** What all processes heard of one thing. */
export interface Wave {
  readonly what: 'programme' | 'order';
  readonly count: number;
  /** Of all of them. */
  readonly bytes: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Simulated poles in a few processes, written into the books and let into the broker. */
export class Crowd {
  /** Waves of each process that were looked at already. */
  private readonly seen = new Map<Program, number>();

  private constructor(
    private readonly programs: readonly Program[],
    private readonly shares: readonly number[],
  ) {}

  /** Writes the poles into the books; the service must start anew to know them. */
  static async found(town: Town, size: number): Promise<CrowdPlan> {
    const { commune, rootPublicKey } = await town.identity();
    const boxes = Array.from({ length: size }, () => {
      const { keyId, publicKey, privateKey } = newKeyPair();
      return {
        asset: newId(),
        box: newId(),
        secret: randomBytes(24).toString('base64url'),
        keyId,
        publicKey,
        privateKey,
      };
    });
    await lookInto(town.service, async (client) => {
      const rows = JSON.stringify(
        boxes.map(({ asset, box, secret, publicKey }, index) => ({
          ...{ asset, box, publicKey, number: 1_000 + index },
          secretHash: createHash('sha256').update(secret).digest('hex'),
        })),
      );
      await client.query(
        `INSERT INTO loudspeakers (commune_id, id, number, name, village_id, place, horns, volume, created_at)
         SELECT $1, r.asset, r.number, 'Cụm ' || r.number, (SELECT id FROM villages WHERE commune_id = $1 LIMIT 1), '', 2,
                '{"regular":70,"priority":80,"emergency":100}', now()
         FROM jsonb_to_recordset($2::jsonb) AS r(asset uuid, number int)`,
        [commune, rows],
      );
      await client.query(
        `INSERT INTO boxes (commune_id, id, kind, asset_id, public_key, mqtt_secret_hash, hardware, enrolled_at)
         SELECT $1, r.box, 'loudspeaker', r.asset, r."publicKey", r."secretHash", 'simulated', now()
         FROM jsonb_to_recordset($2::jsonb) AS r(asset uuid, box uuid, "publicKey" text, "secretHash" text)`,
        [commune, rows],
      );
    });
    await town.service.stop();
    town.service = await town.service.restart();
    return {
      url: `mqtts://localhost:${town.service.ports.mqtts}`,
      commune,
      rootPublicKey,
      provesOneIn: 100,
      boxes,
    };
  }

  /** @param name of its files */
  static async connect(town: Town, plan: CrowdPlan, processes = 2, name = 'crowd'): Promise<Crowd> {
    mkdirSync(join(town.directory, name), { recursive: true });
    const share = Math.ceil(plan.boxes.length / processes);
    const programs: Program[] = [];
    const shares: number[] = [];
    for (let index = 0; index < processes; index += 1) {
      const path = join(town.directory, name, `${index}.json`);
      const boxes = plan.boxes.slice(index * share, (index + 1) * share);
      shares.push(boxes.length);
      writeFileSync(path, JSON.stringify({ ...plan, boxes }));
      programs.push(
        await Program.start(`${name} ${index}`, 'test/load/poles/crowd.main.js', [path], {
          logPath: join(town.directory, name, `${index}.log`),
        }),
      );
    }
    const crowd = new Crowd(programs, shares);
    await Promise.all(
      programs.map((program) =>
        program.line((line) => (jsonLine(line)?.event === 'connected' ? true : undefined), 300_000),
      ),
    );
    return crowd;
  }

  /** From now until every pole has heard so many messages of this kind. @throws where some have not, after a while */
  async wave(what: Wave['what'], timeoutMs = 60_000, messages = 1): Promise<Wave> {
    return merged(
      what,
      await Promise.all(
        this.programs.map((program, index) =>
          this.waveOf(program, what, (this.shares[index] ?? 0) * messages, timeoutMs),
        ),
      ),
    );
  }

  /** Resolves when nothing has come for a while; what came until then is forgotten. */
  async calm(): Promise<void> {
    for (let before = -1; before !== this.lines();) {
      before = this.lines();
      await pause(2_000);
    }
    this.forget();
  }

  /** What was heard so far is not looked at any more. */
  forget(): void {
    for (const program of this.programs) this.seen.set(program, wavesOf(program).length);
  }

  signal(signal: NodeJS.Signals): void {
    for (const program of this.programs) program.kill(signal);
  }

  /** Also one that is frozen. */
  stop(): void {
    for (const program of this.programs) program.kill();
  }

  private lines(): number {
    return this.programs.reduce((sum, program) => sum + wavesOf(program).length, 0);
  }

  private async waveOf(program: Program, what: Wave['what'], size: number, timeoutMs: number): Promise<Wave> {
    return until(
      `every pole to hear its ${what}`,
      () => {
        const fresh = wavesOf(program).slice(this.seen.get(program) ?? 0);
        const wave = merged(
          what,
          fresh.filter((each) => each.what === what),
        );
        return wave.count >= size ? wave : undefined;
      },
      { timeoutMs, everyMs: 50 },
    );
  }
}

function wavesOf(program: Program): Wave[] {
  return program.printed.flatMap((line) => {
    const found = jsonLine(line);
    return found?.event === 'wave' ? [found as unknown as Wave] : [];
  });
}

function merged(what: Wave['what'], waves: readonly Wave[]): Wave {
  return {
    what,
    count: waves.reduce((sum, { count }) => sum + count, 0),
    bytes: waves.reduce((sum, { bytes }) => sum + bytes, 0),
    firstAt: Math.min(...waves.map(({ firstAt }) => firstAt)),
    lastAt: Math.max(...waves.map(({ lastAt }) => lastAt)),
  };
}
