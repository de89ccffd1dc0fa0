import type { Camera } from './camera.ts';
import type { Channel } from './channels.ts';
import { NS } from './namespaces.ts';
import { badArguments, SoapFault } from './soap-fault.ts';
import { child, type XmlNode } from './xml-text.ts';

/** The body of an answer of the media service; undefined when the operation is not implemented. */
export function mediaAnswer(camera: Camera, request: XmlNode, base: string): string | undefined {
  const operation = request.name;
  const answer = (inside: string): string =>
    `<trt:${operation}Response xmlns:trt="${NS.media}" xmlns:tt="${NS.schema}">${inside}</trt:${operation}Response>`;
  const uri = (address: string): string =>
    answer(
      `<trt:MediaUri><tt:Uri>${address}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>` +
        '<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>',
    );
  switch (operation) {
    case 'GetProfiles':
      return answer(
        camera.channels.map((channel) => profilesOf(channel, camera.identity.turns === true)).join(''),
      );
    case 'GetVideoSources':
      return answer(
        camera.channels
          .map(
            ({ source }) =>
              `<trt:VideoSources token="${source}"><tt:Framerate>12</tt:Framerate>` +
              '<tt:Resolution><tt:Width>640</tt:Width><tt:Height>360</tt:Height></tt:Resolution></trt:VideoSources>',
          )
          .join(''),
      );
    case 'GetSnapshotUri':
      if (camera.faults.has('no-pictures')) {
        throw new SoapFault('Receiver', ['ter:ActionNotSupported'], 'Optional Action Not Implemented');
      }
      return uri(`${base}/picture.jpg?channel=${String(wantedChannel(camera, request).number)}`);
    case 'GetStreamUri':
      return uri(
        `${base.replace(/^https?:/, 'rtsp:').replace(/:\d+$/, `:${String(camera.streamPort)}`)}/stream${String(wantedChannel(camera, request).number)}`,
      );
    default:
      return undefined;
  }
}

function profilesOf(
  { source, configuration, analytics, profiles, name, number }: Channel,
  turns: boolean,
): string {
  const motors = turns
    ? `<tt:PTZConfiguration token="PTZ_${String(number)}"><tt:Name>PTZ</tt:Name><tt:UseCount>1</tt:UseCount><tt:NodeToken>PTZNode_${String(number)}</tt:NodeToken></tt:PTZConfiguration>`
    : '';
  return profiles
    .map((token, index) => {
      const encoder = `${String(number)}${index === 0 ? '' : 'b'}`;
      // One camera has no analytics of its own; a recorder tells which channel's they are.
      const analysed =
        profiles.length === 1
          ? ''
          : `<tt:VideoAnalyticsConfiguration token="${analytics}"><tt:Name>${analytics}</tt:Name><tt:UseCount>2</tt:UseCount></tt:VideoAnalyticsConfiguration>`;
      return (
        `<trt:Profiles token="${token}" fixed="true"><tt:Name>${index === 0 ? 'main' : 'sub'}</tt:Name>` +
        `<tt:VideoSourceConfiguration token="${configuration}"><tt:Name>${name}</tt:Name><tt:UseCount>1</tt:UseCount>` +
        `<tt:SourceToken>${source}</tt:SourceToken><tt:Bounds x="0" y="0" width="640" height="360"/></tt:VideoSourceConfiguration>` +
        `<tt:VideoEncoderConfiguration token="VideoEncoderToken_${encoder}"><tt:Name>VideoEncoder_${encoder}</tt:Name><tt:UseCount>1</tt:UseCount>` +
        '<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>640</tt:Width><tt:Height>360</tt:Height></tt:Resolution>' +
        `<tt:Quality>4</tt:Quality></tt:VideoEncoderConfiguration>${analysed}${motors}</trt:Profiles>`
      );
    })
    .join('');
}

function wantedChannel(camera: Camera, request: XmlNode): Channel {
  const token = child(request, NS.media, 'ProfileToken')?.text ?? '';
  const found = camera.channels.find(({ profiles }) => profiles.includes(token));
  if (found === undefined) throw badArguments('no such profile');
  return found;
}
