import type { Camera } from './camera.ts';
import { NS } from './namespaces.ts';
import { escapeXml } from './xml-text.ts';

/** The body of an answer of the device service; undefined when the operation is not implemented. */
export function deviceAnswer(camera: Camera, operation: string, base: string): string | undefined {
  const answer = (inside: string): string =>
    `<tds:${operation}Response xmlns:tds="${NS.device}" xmlns:tt="${NS.schema}">${inside}</tds:${operation}Response>`;
  const { name, serial, mac } = camera.identity;
  if (operation === 'GetServices' && camera.faults.has('capabilities-only')) return undefined;
  switch (operation) {
    case 'GetSystemDateAndTime':
      return answer(dateAndTime(camera.now()));
    case 'GetDeviceInformation':
      return answer(
        `<tds:Manufacturer>Loa Làng</tds:Manufacturer><tds:Model>${camera.channels.length === 1 ? 'Camera' : 'Đầu ghi'} mô phỏng 1</tds:Model>` +
          `<tds:FirmwareVersion>1.10</tds:FirmwareVersion><tds:SerialNumber>${escapeXml(serial)}</tds:SerialNumber>` +
          '<tds:HardwareId>sim-1</tds:HardwareId>',
      );
    case 'GetServices':
      return answer(
        [
          [NS.device, 'device_service'],
          [NS.media, 'media_service'],
          [NS.events, 'event_service'],
          ...(camera.identity.turns === true ? [[NS.ptz, 'ptz_service', camera.turnsAt]] : []),
          ...(camera.identity.recordedDays === 0
            ? []
            : [
                [NS.search, 'search_service'],
                [NS.replay, 'replay_service'],
              ]),
        ]
          .map(
            ([namespace = '', path = '', at = base]) =>
              `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${at}/onvif/${path}</tds:XAddr>` +
              '<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>',
          )
          .join(''),
      );
    case 'GetCapabilities':
      return answer(
        `<tds:Capabilities><tt:Device><tt:XAddr>${base}/onvif/device_service</tt:XAddr></tt:Device>` +
          `<tt:Events><tt:XAddr>${base}/onvif/event_service</tt:XAddr>` +
          '<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport>' +
          '<tt:WSPullPointSupport>true</tt:WSPullPointSupport>' +
          '<tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport>' +
          `</tt:Events><tt:Media><tt:XAddr>${base}/onvif/media_service</tt:XAddr></tt:Media>` +
          `${camera.identity.turns === true ? `<tt:PTZ><tt:XAddr>${camera.turnsAt ?? base}/onvif/ptz_service</tt:XAddr></tt:PTZ>` : ''}</tds:Capabilities>`,
      );
    case 'GetScopes':
      return answer(
        scopesOf(name)
          .map(
            (scope) =>
              `<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>${scope}</tt:ScopeItem></tds:Scopes>`,
          )
          .join(''),
      );
    case 'GetEndpointReference':
      return answer(`<tds:GUID>urn:uuid:${endpointOf(mac)}</tds:GUID>`);
    case 'GetHostname':
      return answer(
        `<tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP><tt:Name>sim-${escapeXml(serial)}</tt:Name></tds:HostnameInformation>`,
      );
    case 'GetNetworkInterfaces':
      return answer(
        '<tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled>' +
          `<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>${mac}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info></tds:NetworkInterfaces>`,
      );
    default:
      return undefined;
  }
}

export function scopesOf(name: string): string[] {
  const said = [
    `name/${encodeURIComponent(name)}`,
    ...['hardware/sim-1', 'Profile/Streaming', 'Profile/T', 'type/video_encoder'],
  ];
  return said.map((scope) => `onvif://www.onvif.org/${scope}`);
}

/** As many makers do: a UUID that ends in the hardware address. */
export function endpointOf(mac: string): string {
  return `2419d68a-2dd2-21b2-a205-${mac.replaceAll(':', '')}`;
}

function dateAndTime(atMs: number): string {
  const parts = (at: Date): string =>
    `<tt:Time><tt:Hour>${String(at.getUTCHours())}</tt:Hour><tt:Minute>${String(at.getUTCMinutes())}</tt:Minute>` +
    `<tt:Second>${String(at.getUTCSeconds())}</tt:Second></tt:Time>` +
    `<tt:Date><tt:Year>${String(at.getUTCFullYear())}</tt:Year><tt:Month>${String(at.getUTCMonth() + 1)}</tt:Month>` +
    `<tt:Day>${String(at.getUTCDate())}</tt:Day></tt:Date>`;
  return (
    '<tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>' +
    `<tt:TimeZone><tt:TZ>ICT-7</tt:TZ></tt:TimeZone><tt:UTCDateTime>${parts(new Date(atMs))}</tt:UTCDateTime>` +
    `<tt:LocalDateTime>${parts(new Date(atMs + 7 * 3_600_000))}</tt:LocalDateTime></tds:SystemDateAndTime>`
  );
}
