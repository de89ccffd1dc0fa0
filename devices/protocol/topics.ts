/**
 * Every topic, on one page. `ll/1/{commune}/{asset}/{message}`: the asset is the pole or the connector, not the box
 * that stands there today, so a replaced box finds its programme. Orders go to one topic a commune, so that an
 * emergency is one publish however many poles listen.
 */
export const topics = {
  programme: (commune: string, pole: string) => `ll/1/${commune}/${pole}/programme`,
  order: (commune: string) => `ll/1/${commune}/all/order`,
  /** What a technician orders one pole: no other hears it. */
  poleOrder: (commune: string, pole: string) => `ll/1/${commune}/${pole}/order`,
  welcome: (commune: string, asset: string) => `ll/1/${commune}/${asset}/welcome`,
  committed: (commune: string, asset: string) => `ll/1/${commune}/${asset}/committed`,
  /** The box's membership anew: what is known of its place has changed since. */
  membership: (commune: string, pole: string) => `ll/1/${commune}/${pole}/membership`,
  cameraList: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-list`,
  hello: (commune: string, asset: string) => `ll/1/${commune}/${asset}/hello`,
  receipts: (commune: string, pole: string) => `ll/1/${commune}/${pole}/receipts`,
  status: (commune: string, asset: string) => `ll/1/${commune}/${asset}/status`,
  notices: (commune: string, connector: string) => `ll/1/${commune}/${connector}/notices`,
  snapshot: (commune: string, connector: string, sha256: string) =>
    `ll/1/${commune}/${connector}/snapshot/${sha256}`,
  cameraStatus: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-status`,
  cameraPassport: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-passport`,
  cameraMoved: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-moved`,
  cameraSearch: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-search`,
  cameraFindings: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-findings`,
  cameraView: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-view`,
  cameraFrame: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-frame`,
  cameraTurn: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-turn`,
  cameraTurned: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-turned`,
  cameraCheck: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-check`,
  cameraChecked: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-checked`,
  cameraReplay: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-replay`,
  cameraClip: (commune: string, connector: string) => `ll/1/${commune}/${connector}/camera-clip`,
} as const;

export type UpMessage =
  | 'hello'
  | 'receipts'
  | 'status'
  | 'notices'
  | 'snapshot'
  | 'camera-status'
  | 'camera-passport'
  | 'camera-moved'
  | 'camera-findings'
  | 'camera-frame'
  | 'camera-turned'
  | 'camera-checked'
  | 'camera-clip';

/** What a box sends, for the service to subscribe to. */
export const upFilters: Record<UpMessage, string> = {
  hello: 'll/1/+/+/hello',
  receipts: 'll/1/+/+/receipts',
  status: 'll/1/+/+/status',
  notices: 'll/1/+/+/notices',
  snapshot: 'll/1/+/+/snapshot/+',
  'camera-status': 'll/1/+/+/camera-status',
  'camera-passport': 'll/1/+/+/camera-passport',
  'camera-moved': 'll/1/+/+/camera-moved',
  'camera-findings': 'll/1/+/+/camera-findings',
  'camera-frame': 'll/1/+/+/camera-frame',
  'camera-turned': 'll/1/+/+/camera-turned',
  'camera-checked': 'll/1/+/+/camera-checked',
  'camera-clip': 'll/1/+/+/camera-clip',
};

export interface TopicParts {
  readonly commune: string;
  readonly asset: string;
  readonly message: string;
  /** The last segment of a snapshot's topic. */
  readonly sha256: string | null;
}

/** Takes a topic apart; null where it is none of ours. */
export function readTopic(topic: string): TopicParts | null {
  const match = /^ll\/1\/([0-9a-f-]{36})\/([0-9a-f-]{36})\/([a-z-]+)(?:\/([0-9a-f]{64}))?$/.exec(topic);
  if (match === null) return null;
  const [, commune = '', asset = '', message = '', sha256] = match;
  return { commune, asset, message, sha256: sha256 ?? null };
}

/** The broker's rights of the box at one asset: it hears its own messages and speaks for itself alone. */
export function boxRights(
  kind: 'loudspeaker' | 'connector',
  commune: string,
  asset: string,
): { publish: string[]; subscribe: string[] } {
  if (kind === 'loudspeaker') {
    return {
      publish: [topics.hello(commune, asset), topics.receipts(commune, asset), topics.status(commune, asset)],
      subscribe: [
        topics.programme(commune, asset),
        topics.order(commune),
        topics.poleOrder(commune, asset),
        topics.welcome(commune, asset),
        topics.committed(commune, asset),
        topics.membership(commune, asset),
      ],
    };
  }
  return {
    publish: [
      topics.hello(commune, asset),
      topics.status(commune, asset),
      topics.notices(commune, asset),
      topics.cameraStatus(commune, asset),
      topics.cameraPassport(commune, asset),
      topics.cameraMoved(commune, asset),
      topics.cameraFindings(commune, asset),
      topics.cameraFrame(commune, asset),
      topics.cameraTurned(commune, asset),
      topics.cameraChecked(commune, asset),
      topics.cameraClip(commune, asset),
      `ll/1/${commune}/${asset}/snapshot/+`,
    ],
    subscribe: [
      topics.cameraList(commune, asset),
      topics.cameraSearch(commune, asset),
      topics.cameraView(commune, asset),
      topics.cameraTurn(commune, asset),
      topics.cameraCheck(commune, asset),
      topics.cameraReplay(commune, asset),
      topics.welcome(commune, asset),
      topics.committed(commune, asset),
    ],
  };
}
