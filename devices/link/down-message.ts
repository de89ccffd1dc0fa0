/** What the box must judge itself; welcome and committed are the link's own. */
const downMessages = [
  'programme',
  'order',
  'camera-list',
  'camera-search',
  'camera-view',
  'camera-turn',
  'camera-check',
  'camera-replay',
] as const;
export type DownMessage = (typeof downMessages)[number];

export function isForTheBox(message: string | null): message is DownMessage {
  return downMessages.some((one) => one === message);
}
