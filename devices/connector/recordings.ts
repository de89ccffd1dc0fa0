import { sourceNamed } from '../protocol/video-sources.ts';
import type { VideoSource } from '../protocol/video-sources.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import { cameraInstants } from './occurred-at.ts';
import { servicePath } from './self-description.ts';
import { DEVICE } from './soap.ts';
import { escapeXml, textAt, type XmlElement } from './xml.ts';

export const SEARCH = 'http://www.onvif.org/ver10/search/wsdl';
export const REPLAY = 'http://www.onvif.org/ver10/replay/wsdl';

/** One recording of a device. Instants are by the device's own clock, ms since 1970. */
export interface Recording {
  readonly token: string;
  /** What it says it was recorded from: a source's token on some, a profile's or an address on others. */
  readonly sourceId: string;
  readonly sourceName: string;
  readonly fromAt: number | null;
  readonly untilAt: number | null;
}

/** What a device says that it keeps (ONVIF Profile G). */
export interface Recordings {
  /** Of the replay service; null: it offers none. */
  readonly replayPath: string | null;
  readonly summary: {
    readonly fromAt: number | null;
    readonly untilAt: number | null;
    readonly count: number;
  };
  readonly recordings: readonly Recording[];
}

const CALL_MS = 8_000;
const LARGEST_ANSWER_BYTES = 256 * 1024;
/** For the search as a whole: a recorder that goes on searching is believed as far as it came. */
const SEARCH_MS = 15_000;
const MOST_RECORDINGS = 64;
const MOST_ANSWERS = 20;
const LONGEST = 200;

/**
 * Asks what a device keeps, by its recording search service.
 *
 * @returns null where it offers no such service
 * @throws CameraFault
 */
export async function findRecordings(session: CameraSession): Promise<Recordings | null> {
  const { devicePath } = session.address;
  const services = await call(
    session,
    devicePath,
    DEVICE,
    'GetServices',
    '<IncludeCapability>false</IncludeCapability>',
  );
  const path = servicePath(services, SEARCH, session.address);
  if (path === undefined) return null;
  const answer = await call(session, path, SEARCH, 'GetRecordingSummary');
  const said = answer.children.find(({ name }) => name === 'Summary');
  const recordings = await search(session, path);
  return {
    replayPath: servicePath(services, REPLAY, session.address) ?? null,
    summary: {
      fromAt: instantAt(said, 'DataFrom'),
      untilAt: instantAt(said, 'DataUntil'),
      count: Math.min(Number(/^\d{1,6}$/.exec(textAt(said, 'NumberRecordings') ?? '')?.[0] ?? 0), 100_000),
    },
    recordings,
  };
}

/**
 * The recording of a source; null where none says that it is. It is told by the same words that notices name a source
 * with, and never guessed at: another place's recording would be worse than none.
 *
 * @param source null: the device is one camera, and its first recording is it
 */
export function recordingOf(
  recordings: readonly Recording[],
  source: string | null,
  sources: readonly VideoSource[],
): Recording | null {
  if (source === null) return recordings[0] ?? null;
  const named = recordings.find(
    ({ sourceId, sourceName }) =>
      sourceNamed(
        [sourceId, sourceName].map((value) => ({ name: 'Source', value })),
        sources,
      ) === source,
  );
  return named ?? null;
}

async function search(session: CameraSession, path: string): Promise<Recording[]> {
  const begun = await call(
    session,
    path,
    SEARCH,
    'FindRecordings',
    `<Scope/><MaxMatches>${String(MOST_RECORDINGS)}</MaxMatches><KeepAliveTime>PT30S</KeepAliveTime>`,
  );
  const token = textAt(begun, 'SearchToken');
  if (token === undefined)
    throw new CameraFault('refused-answer', 'the answer was refused: a search without its token');
  const named = `<SearchToken>${escapeXml(token)}</SearchToken>`;
  const found = new Map<string, Recording>();
  const startedMs = performance.now();
  try {
    for (let turn = 0; turn < MOST_ANSWERS && performance.now() - startedMs < SEARCH_MS; turn++) {
      const answer = await call(
        session,
        path,
        SEARCH,
        'GetRecordingSearchResults',
        `${named}<MaxResults>${String(MOST_RECORDINGS)}</MaxResults><WaitTime>PT2S</WaitTime>`,
      );
      const list = answer.children.find(({ name }) => name === 'ResultList');
      for (const one of recordingsIn(list)) if (found.size < MOST_RECORDINGS) found.set(one.token, one);
      const state = textAt(list, 'SearchState');
      if (state !== 'Searching' && state !== 'Queued') break;
    }
  } finally {
    // It ends by itself when its time is over; some devices have room for one search at a time.
    await call(session, path, SEARCH, 'EndSearch', named).catch(() => undefined);
  }
  return [...found.values()];
}

/** @param list of GetRecordingSearchResults */
export function recordingsIn(list: XmlElement | undefined): Recording[] {
  return (list?.children ?? []).flatMap((one) => {
    const token = textAt(one, 'RecordingToken');
    if (one.name !== 'RecordingInformation' || token === undefined || token.length > LONGEST) return [];
    const tracks = one.children.filter(
      (child) => child.name === 'Track' && textAt(child, 'TrackType') === 'Video',
    );
    const told = (own: string, ofTrack: string): (number | null)[] => [
      instantAt(one, own),
      ...tracks.map((track) => instantAt(track, ofTrack)),
    ];
    const known = (all: readonly (number | null)[]): number | null => all.find((at) => at !== null) ?? null;
    return [
      {
        token,
        sourceId: textAt(one, 'Source', 'SourceId')?.slice(0, LONGEST) ?? '',
        sourceName: textAt(one, 'Source', 'Name')?.slice(0, LONGEST) ?? '',
        // Both are optional; the tracks' own are not.
        fromAt: known(told('EarliestRecording', 'DataFrom')),
        untilAt: known(told('LatestRecording', 'DataTo')),
      },
    ];
  });
}

/** 1970 is how a device says that it does not know. */
function instantAt(from: XmlElement | undefined, name: string): number | null {
  const at = cameraInstants(textAt(from, name) ?? '')[0];
  return at === undefined || at <= 86_400_000 ? null : at;
}

/** Searching is a right that a weak account may lack: being refused it says nothing of the password. */
export function call(
  session: CameraSession,
  path: string,
  namespace: string,
  operation: string,
  inside = '',
): Promise<XmlElement> {
  return session.call(
    path,
    {
      action: `${namespace}/${operation}`,
      body: `<${operation} xmlns="${namespace}">${inside}</${operation}>`,
    },
    { deadlineMs: CALL_MS, largestBytes: LARGEST_ANSWER_BYTES, isOptional: true },
  );
}
