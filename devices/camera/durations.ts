/** Reads an xs:duration of days, hours, minutes and seconds. Undefined when it is not one. */
export function durationMs(text: string): number | undefined {
  const found = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text.trim());
  if (found === null || text.trim().length < 3) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = found;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}

/** How long a subscription may live: from ten seconds to an hour, by duration or by instant on the camera's clock. */
export function lifeMs(text: string, nowMs: number): number | undefined {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text.trim())
    ? Date.parse(text) - nowMs
    : undefined;
  const life = durationMs(text) ?? instant;
  return life !== undefined && life >= 10_000 && life <= 3_600_000 ? life : undefined;
}
