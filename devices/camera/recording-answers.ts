import type { Camera } from './camera.ts';
import type { Channel } from './channels.ts';
import { durationMs } from './durations.ts';
import { NS } from './namespaces.ts';
import { badArguments, notAuthorized } from './soap-fault.ts';
import { child, escapeXml, type XmlNode } from './xml-text.ts';

/** One search of one client: what it has not been told yet. */
export interface Search {
  readonly rest: Channel[];
}

const MOST_SEARCHES = 4;

/** The body of an answer of the recording search service (Profile G); undefined when it is not implemented. */
export function searchAnswer(camera: Camera, request: XmlNode): string | undefined {
  if (camera.identity.recordedDays === 0) return undefined;
  if (camera.faults.has('search-refused')) throw notAuthorized();
  const operation = request.name;
  const answer = (inside: string): string =>
    `<tse:${operation}Response xmlns:tse="${NS.search}" xmlns:tt="${NS.schema}">${inside}</tse:${operation}Response>`;
  switch (operation) {
    case 'GetRecordingSummary':
      return answer(
        `<tse:Summary><tt:DataFrom>${camera.utcText(camera.keptFrom())}</tt:DataFrom><tt:DataUntil>${camera.utcText()}</tt:DataUntil>` +
          `<tt:NumberRecordings>${String(camera.channels.length)}</tt:NumberRecordings></tse:Summary>`,
      );
    case 'FindRecordings': {
      if (child(request, NS.search, 'Scope') === undefined) throw badArguments('no scope');
      if (durationMs(child(request, NS.search, 'KeepAliveTime')?.text ?? '') === undefined)
        throw badArguments('no keep-alive time');
      if (camera.searches.size >= MOST_SEARCHES) throw badArguments('too many searches');
      const token = `Search_${String(camera.searches.size + 1)}`;
      camera.searches.set(token, { rest: [...camera.channels] });
      return answer(`<tse:SearchToken>${token}</tse:SearchToken>`);
    }
    case 'GetRecordingSearchResults': {
      const { rest } = searchOf(camera, request);
      // In two answers, as on a recorder that is still looking.
      const told = rest.splice(0, Math.max(1, Math.ceil(camera.channels.length / 2)));
      return answer(
        `<tse:ResultList><tt:SearchState>${rest.length === 0 ? 'Completed' : 'Searching'}</tt:SearchState>` +
          `${told.map((channel) => recordingText(camera, channel)).join('')}</tse:ResultList>`,
      );
    }
    case 'EndSearch': {
      searchOf(camera, request);
      camera.searches.delete(child(request, NS.search, 'SearchToken')?.text ?? '');
      return answer(`<tse:Endpoint>${camera.utcText()}</tse:Endpoint>`);
    }
    default:
      return undefined;
  }
}

/** The body of an answer of the replay service; undefined when it is not implemented. */
export function replayAnswer(camera: Camera, request: XmlNode, base: string): string | undefined {
  if (camera.identity.recordedDays === 0 || request.name !== 'GetReplayUri') return undefined;
  const setup = child(request, NS.replay, 'StreamSetup');
  const protocol = child(child(setup, NS.schema, 'Transport'), NS.schema, 'Protocol')?.text;
  if (child(setup, NS.schema, 'Stream')?.text !== 'RTP-Unicast' || protocol !== 'RTSP')
    throw badArguments('no such stream');
  const token = child(request, NS.replay, 'RecordingToken')?.text ?? '';
  if (!camera.channels.some((channel) => recordingToken(channel) === token))
    throw badArguments('no such recording');
  const host = base.replace(/^https?:/, 'rtsp:').replace(/:\d+$/, `:${String(camera.streamPort)}`);
  return `<trp:GetReplayUriResponse xmlns:trp="${NS.replay}"><trp:Uri>${host}/replay/${token}</trp:Uri></trp:GetReplayUriResponse>`;
}

export function recordingToken(channel: Channel): string {
  return `Recording_${String(channel.number)}`;
}

function searchOf(camera: Camera, request: XmlNode): Search {
  const found = camera.searches.get(child(request, NS.search, 'SearchToken')?.text ?? '');
  if (found === undefined) throw badArguments('no such search');
  return found;
}

function recordingText(camera: Camera, channel: Channel): string {
  const [from, until] = [camera.utcText(camera.keptFrom()), camera.utcText()];
  return (
    `<tt:RecordingInformation><tt:RecordingToken>${recordingToken(channel)}</tt:RecordingToken>` +
    `<tt:Source><tt:SourceId>${channel.source}</tt:SourceId><tt:Name>${escapeXml(channel.name)}</tt:Name>` +
    '<tt:Location/><tt:Description/><tt:Address/></tt:Source>' +
    `<tt:EarliestRecording>${from}</tt:EarliestRecording><tt:LatestRecording>${until}</tt:LatestRecording><tt:Content/>` +
    `<tt:Track><tt:TrackToken>VIDEO001</tt:TrackToken><tt:TrackType>Video</tt:TrackType><tt:Description/>` +
    `<tt:DataFrom>${from}</tt:DataFrom><tt:DataTo>${until}</tt:DataTo></tt:Track>` +
    '<tt:RecordingStatus>Recording</tt:RecordingStatus></tt:RecordingInformation>'
  );
}
