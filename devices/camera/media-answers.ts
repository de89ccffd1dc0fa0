import type { Camera } from './camera.ts';
import { NS } from './namespaces.ts';
import { badArguments, SoapFault } from './soap-fault.ts';
import { child, type XmlNode } from './xml-text.ts';

const PROFILE = 'Profile_1';

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
        `<trt:Profiles token="${PROFILE}" fixed="true"><tt:Name>main</tt:Name>` +
          '<tt:VideoSourceConfiguration token="VideoSourceToken"><tt:Name>VideoSourceToken</tt:Name><tt:UseCount>1</tt:UseCount>' +
          '<tt:SourceToken>VideoSource_1</tt:SourceToken><tt:Bounds x="0" y="0" width="640" height="360"/></tt:VideoSourceConfiguration>' +
          '<tt:VideoEncoderConfiguration token="VideoEncoderToken_1"><tt:Name>VideoEncoder_1</tt:Name><tt:UseCount>1</tt:UseCount>' +
          '<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>640</tt:Width><tt:Height>360</tt:Height></tt:Resolution>' +
          '<tt:Quality>4</tt:Quality></tt:VideoEncoderConfiguration></trt:Profiles>',
      );
    case 'GetVideoSources':
      return answer(
        '<trt:VideoSources token="VideoSource_1"><tt:Framerate>12</tt:Framerate>' +
          '<tt:Resolution><tt:Width>640</tt:Width><tt:Height>360</tt:Height></tt:Resolution></trt:VideoSources>',
      );
    case 'GetSnapshotUri':
      if (camera.faults.has('no-pictures')) {
        throw new SoapFault('Receiver', ['ter:ActionNotSupported'], 'Optional Action Not Implemented');
      }
      wantsProfile(request);
      return uri(`${base}/picture.jpg?channel=1`);
    case 'GetStreamUri':
      wantsProfile(request);
      return uri(`${base.replace('http:', 'rtsp:').replace(/:\d+$/, ':554')}/stream1`);
    default:
      return undefined;
  }
}

function wantsProfile(request: XmlNode): void {
  if (child(request, NS.media, 'ProfileToken')?.text !== PROFILE) throw badArguments('no such profile');
}
