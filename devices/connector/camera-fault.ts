/**
 * Why a camera could not be talked to.
 * - `password-refused`: the camera looked at our credentials and said no. Never retried by itself.
 * - `unreachable`: no connection, or it broke.
 * - `timeout`: our deadline for the whole exchange passed.
 * - `refused-answer`: an answer that we do not read: too large, too deep, with a DTD, not XML.
 * - `soap-fault`: the camera's own fault; `subcode` is its innermost code without prefix.
 * - `http`: an HTTP status that says no.
 * - `forbidden-address`: an address outside the allowed networks.
 * - `certificate`: TLS with another certificate than the confirmed one; `subcode` is its SHA-256 in hex.
 * - `other-device`: it answers, and is not the camera that is looked for.
 */
export type CameraFaultKind =
  | 'password-refused'
  | 'unreachable'
  | 'timeout'
  | 'refused-answer'
  | 'soap-fault'
  | 'http'
  | 'forbidden-address'
  | 'certificate'
  | 'other-device';

/** As the codes of a connection that was there and then was not, before a byte of an answer. */
const HANG_UPS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** The camera was connected to, and hung up instead of answering. */
export function isHangUp(error: unknown): boolean {
  return error instanceof CameraFault && error.kind === 'unreachable' && HANG_UPS.has(error.subcode);
}

/** The camera answered that it does not do this, or answered nonsense: something else may be asked instead. */
export function isNo(error: unknown): boolean {
  return error instanceof CameraFault && ['soap-fault', 'http', 'refused-answer'].includes(error.kind);
}

/** The one error of the connector's camera side. The message never holds credentials nor what a camera sent. */
export class CameraFault extends Error {
  constructor(
    readonly kind: CameraFaultKind,
    message: string,
    readonly subcode = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CameraFault';
  }
}
