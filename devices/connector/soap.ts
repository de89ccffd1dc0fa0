import { CameraFault } from './camera-fault.ts';
import { escapeXml, find, readXml, textAt, type XmlElement } from './xml.ts';

export const DEVICE = 'http://www.onvif.org/ver10/device/wsdl';
export const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
export const NOTIFICATION = 'http://docs.oasis-open.org/wsn/b-2';

/** What goes on the wire for one call. */
export interface SoapCall {
  /** The WS-Addressing action; it also stands in Content-Type, where SOAP 1.2 wants it. */
  readonly action: string;
  /** The body's one element, escaped by whoever wrote it. */
  readonly body: string;
  /** WS-Addressing destination, for calls to a subscription. */
  readonly to?: string;
  /** Reference parameters of the subscription, as whole elements. */
  readonly referenceParameters?: string;
}

/**
 * No header must be understood: a server that does not know one would answer a fault instead (gSOAP without WS-Security
 * does, on cheap cameras at port 8899: iSpy issue 177), and one that needs it reads it all the same.
 *
 * @param security the wsse header, or nothing for open calls
 */
export function envelope(call: SoapCall, messageId: string, security: string): string {
  const addressing =
    `<a:Action>${escapeXml(call.action)}</a:Action><a:MessageID>urn:uuid:${messageId}</a:MessageID>` +
    '<a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo>' +
    (call.to === undefined || call.to === '' ? '' : `<a:To>${escapeXml(call.to)}</a:To>`) +
    (call.referenceParameters ?? '');
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">' +
    `<s:Header>${addressing}${security}</s:Header><s:Body>${call.body}</s:Body></s:Envelope>`
  );
}

/**
 * The element inside the body of an answer.
 *
 * @throws CameraFault `password-refused` for NotAuthorized and its kin, `soap-fault`, `refused-answer`
 */
export function answerOf(text: string): XmlElement {
  const envelopeElement = readXml(text);
  const [inside] = find(envelopeElement, 'Body')?.children ?? [];
  if (envelopeElement.name !== 'Envelope' || inside === undefined) {
    throw new CameraFault('refused-answer', 'the answer was refused: not a SOAP envelope');
  }
  if (inside.name === 'Fault') throw faultOf(inside);
  return inside;
}

/** The innermost code decides; some cameras put NotAuthorized into the reason alone (seen on Hikvision clones). */
function faultOf(fault: XmlElement): CameraFault {
  const codes: string[] = [];
  for (let at = find(fault, 'Code') ?? find(fault, 'faultcode'); at !== undefined; at = find(at, 'Subcode')) {
    const value = textAt(at, 'Value') ?? at.text.trim();
    codes.push(value.slice(value.indexOf(':') + 1).slice(0, 80));
  }
  const reason = (textAt(fault, 'Reason', 'Text') ?? textAt(fault, 'faultstring') ?? '').slice(0, 200);
  const subcode = codes.at(-1) ?? '';
  const refused =
    codes.some((code) =>
      /^(NotAuthorized|FailedAuthentication|InvalidSecurityToken|Unauthorized)$/i.test(code),
    ) || /not authori[sz]ed|unauthori[sz]ed/i.test(reason);
  return new CameraFault(
    refused ? 'password-refused' : 'soap-fault',
    `the camera answered: ${subcode} ${reason}`,
    subcode,
  );
}
