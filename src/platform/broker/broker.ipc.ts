/** Why a client was turned away, or something it did. */
export type RefusedReason = 'unknown-client' | 'wrong-secret' | 'wrong-name' | 'service-from-afar' | 'topic';

export interface RefusedClient {
  /** As the client gave it: anything at all. */
  readonly clientId: string;
  /** The other end of its connection; empty where it has gone. */
  readonly address: string;
  readonly reason: RefusedReason;
  /** For the log. */
  readonly why: string;
}

/** What the service and its broker say to each other, over the channel between parent and child. */
export type ToBroker =
  | {
      readonly kind: 'start';
      readonly host: string;
      readonly tlsPort: number;
      readonly plainPort: number;
      readonly cert: string;
      readonly key: string;
      readonly credentialsPath: string;
      readonly serviceId: string;
      /** SHA-256 of the service's secret. */
      readonly serviceSecretHash: string;
      readonly packetMaximumBytes: number;
      readonly drainTimeoutMs: number;
    }
  | { readonly kind: 'reload'; readonly id: number }
  | { readonly kind: 'stop' };

export type FromBroker =
  | { readonly kind: 'listening'; readonly tlsPort: number; readonly plainPort: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'reloaded'; readonly id: number; readonly clients: number }
  | { readonly kind: 'connected' | 'disconnected'; readonly clientId: string }
  | { readonly kind: 'fault'; readonly message: string }
  | ({ readonly kind: 'refused' } & RefusedClient);
