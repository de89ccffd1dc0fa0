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
  | { readonly kind: 'refused'; readonly clientId: string; readonly why: string };
