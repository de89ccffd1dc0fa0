/** What a page asks for this long after the last touch, it asks for by itself (ms). */
const attendedMs = 120_000;
let touchedAt = Date.now();

for (const type of ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const) {
  window.addEventListener(type, () => (touchedAt = Date.now()), { passive: true, capture: true });
}

/** Whether somebody is at this screen. */
export const isAttended = (): boolean => Date.now() - touchedAt < attendedMs;
