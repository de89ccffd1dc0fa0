import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AiringView, BroadcastView } from '../../src/broadcasts/broadcast.view.ts';
import type { Caller } from '../stage/caller.ts';
import type { Pole } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { prove, samplesOf } from '../stage/proof.ts';
import type { Service } from '../stage/service.ts';

export interface AiringProof {
  readonly airing: AiringView;
  readonly isProved: boolean;
  /** Audible start on the sink's own clock minus the nominal instant. */
  readonly startErrorMs: number;
  readonly coverage: number;
  readonly words: string;
}

/**
 * An airing counts as whole from here. Where the whole machine stands still for a tenth of a second, the sink writes that
 * silence down, and the half seconds on either side of it are not recognised; `gapSeconds` says how much it was.
 */
export const wholeAbove = 0.95;
const startWithinMs = 50;

/** Holds what each pole's sink wrote against the approved recording that it should have played. */
export async function proveAll(
  service: Service,
  poles: readonly Pole[],
  airings: readonly AiringView[],
  caller: Caller,
): Promise<AiringProof[]> {
  const recordings = new Map<string, Float32Array>();
  for (const broadcastId of new Set(airings.map((airing) => airing.broadcastId)))
    for (const [language, samples] of await recordingsOf(service, broadcastId, caller))
      recordings.set(`${broadcastId}/${language}`, samples);
  const proofs: AiringProof[] = [];
  for (const airing of airings) {
    const recording = recordings.get(`${airing.broadcastId}/${airing.language}`);
    const pole = poles.find(({ id }) => id === airing.loudspeakerId);
    if (recording === undefined || pole === undefined) continue;
    proofs.push(await proveOne(airing, recording, pole));
  }
  return proofs;
}

/** What was approved of a broadcast, by language. */
export async function recordingsOf(
  service: Service,
  broadcastId: string,
  caller: Caller,
): Promise<Map<string, Float32Array>> {
  const { versions } = await caller.get<BroadcastView>(`/api/broadcasts/${broadcastId}`);
  const recordings = new Map<string, Float32Array>();
  for (const { language, opusUrl } of versions) {
    const answer = await fetch(service.url + opusUrl);
    const path = join(service.data, `proof-${broadcastId}-${language}.opus`);
    await writeFile(path, new Uint8Array(await answer.arrayBuffer()));
    recordings.set(language, await samplesOf(path));
  }
  return recordings;
}

async function proveOne(airing: AiringView, recording: Float32Array, pole: Pole): Promise<AiringProof> {
  const due = Date.parse(airing.nominalAt);
  // The pole's word arrives before its sink has closed the file.
  const sounding = await until(
    `the sound of ${pole.name}`,
    async () =>
      (await pole.soundings()).find(
        ({ startedAt, seconds, complete }) =>
          complete && startedAt < due + 5_000 && startedAt + seconds * 1_000 > due,
      ),
    { timeoutMs: 30_000 },
  ).catch(() => undefined);
  const found = sounding === undefined ? null : prove(recording, await samplesOf(sounding.path));
  const startErrorMs =
    sounding === undefined || found === null
      ? Number.POSITIVE_INFINITY
      : sounding.startedAt + found.startsAtSeconds * 1_000 - due;
  const coverage = found?.coverage ?? 0;
  const isProved =
    airing.state === 'played' && coverage >= wholeAbove && Math.abs(startErrorMs) <= startWithinMs;
  return {
    airing,
    isProved,
    startErrorMs,
    coverage,
    words: `${pole.name}: ${airing.title}: ${airing.state}, ${Math.round(coverage * 100)} %, ${startErrorMs.toFixed(1)} ms, ${(found?.gapSeconds ?? 0).toFixed(2)} s lặng giữa chừng`,
  };
}
