/**
 * Where boxes reach this installation, and what they pin. Given by the program's top, which knows the ports in use;
 * asked only once the servers listen.
 */
export abstract class Reach {
  /** https://host:port, without a path: enrolment and audio. */
  abstract https(): string;
  /** mqtts://host:port */
  abstract mqtt(): string;
  /** PEM of the authority of both. */
  abstract authority(): string;
  /** SHA-256 of its DER, hex. */
  abstract fingerprint(): string;
}
