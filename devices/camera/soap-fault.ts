import { NS } from './namespaces.ts';
import { escapeXml } from './xml-text.ts';

/** A SOAP 1.2 fault. `subcodes` go from the outermost inwards, with the prefixes that `faultBody` declares. */
export class SoapFault extends Error {
  constructor(
    readonly side: 'Sender' | 'Receiver' | 'MustUnderstand' | 'VersionMismatch',
    readonly subcodes: readonly string[],
    reason: string,
    readonly status = side === 'Receiver' ? 500 : 400,
    readonly detail = '',
  ) {
    super(reason);
    this.name = 'SoapFault';
  }
}

export const notAuthorized = (): SoapFault =>
  new SoapFault('Sender', ['ter:NotAuthorized'], 'Sender not Authorized', 400);

export const badArguments = (reason: string): SoapFault =>
  new SoapFault('Sender', ['ter:InvalidArgVal'], reason);

export function faultBody(fault: SoapFault): string {
  const subcode = fault.subcodes.reduceRight(
    (inner, code) => `<s:Subcode><s:Value>${code}</s:Value>${inner}</s:Subcode>`,
    '',
  );
  const detail = fault.detail === '' ? '' : `<s:Detail>${fault.detail}</s:Detail>`;
  return (
    `<s:Fault xmlns:ter="${NS.error}" xmlns:wsrf-rw="${NS.wsrf}" xmlns:wsa5="${NS.wsa}">` +
    `<s:Code><s:Value>s:${fault.side}</s:Value>${subcode}</s:Code>` +
    `<s:Reason><s:Text xml:lang="en">${escapeXml(fault.message)}</s:Text></s:Reason>${detail}</s:Fault>`
  );
}
