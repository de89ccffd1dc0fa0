import sharp from 'sharp';
import { osdText } from './osd-letters.ts';
import { seeded } from './scene.ts';
import type { Place, Spoiled, View } from './scene.ts';
import { HOME } from './turning.ts';

// Its own drawings are SVG; where a test has it beside the service, the service has forbidden that to the whole process.
sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });

const WIDTH = 640;
const HEIGHT = 360;

/** Grey levels of 255 (standard deviation): hardly to be seen, as of a good sensor by day. */
const NOISE = 1.3;
const NOISE_POINTS = 1 << 16;
const CHANNELS = 3;
let noise: Int8Array | undefined;

/**
 * A JPEG of the drawn scene with a sensor's noise, the camera's name and clock burned in and plainly marked as simulated. The same
 * instant gives the same picture.
 */
export async function drawPicture(view: View): Promise<Buffer> {
  const points = await sharp(Buffer.from(svg(view)))
    .removeAlpha()
    .raw()
    .toBuffer();
  addNoise(points, view.hungAtMs ?? view.atMs);
  return (
    sharp(points, { raw: { width: WIDTH, height: HEIGHT, channels: CHANNELS } })
      // With the tables that every decoder knows, as small cameras do: RTP sends none (RFC 2435).
      .jpeg({ quality: 78, mozjpeg: false, optimiseCoding: false })
      .toBuffer()
  );
}

/** Light alone, each row from another place of one table: 2 ms, where drawing each point's anew would take 20. */
function addNoise(points: Buffer, seed: number): void {
  const table = (noise ??= noiseTable());
  const random = seeded(seed);
  for (let row = 0; row < HEIGHT; row += 1) {
    const from = Math.floor(random() * NOISE_POINTS);
    for (let x = 0; x < WIDTH; x += 1) {
      const level = table[(from + x) % NOISE_POINTS] ?? 0;
      const at = (row * WIDTH + x) * CHANNELS;
      for (let channel = at; channel < at + CHANNELS; channel += 1)
        points[channel] = Math.min(255, Math.max(0, (points[channel] ?? 0) + level));
    }
  }
}

/** Gaussian (Box and Muller). */
function noiseTable(): Int8Array {
  const random = seeded(1);
  return Int8Array.from({ length: NOISE_POINTS }, () =>
    Math.round(NOISE * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
  );
}

function svg(view: View): string {
  const sky = view.night ? '#111a2b' : '#a9cfe8';
  const parts = [
    `<rect width="${String(WIDTH)}" height="${String(HEIGHT)}" fill="${sky}"/>`,
    `<circle cx="${String(SKY_AT[view.place])}" cy="96" ${view.night ? 'r="18" fill="#e8e6d0"' : 'r="26" fill="#ffe28a"'}/>`,
    place(view.place, view.night),
  ];
  if (view.shows === 'person') {
    parts.push(
      `<g transform="translate(300 215)" fill="${view.night ? '#aeb6cf' : '#2b2f45'}"><circle cx="12" cy="8" r="8"/>`,
    );
    parts.push('<path d="M2 20h20v30H2z"/><path d="M3 50h7v30H3zM14 50h7v30h-7z"/></g>');
  }
  if (view.shows === 'vehicle') {
    parts.push('<g transform="translate(270 235)"><rect width="110" height="42" rx="8" fill="#b5322b"/>');
    parts.push('<rect x="20" y="-22" width="66" height="26" rx="6" fill="#cfe3f0"/>');
    parts.push(
      '<circle cx="24" cy="44" r="13" fill="#222"/><circle cx="86" cy="44" r="13" fill="#222"/></g>',
    );
  }
  const seen = spoil(turn(parts.splice(0).join(''), view.turned, sky), view.spoiled, sky);
  parts.push(seen);
  if (view.shows === 'cover' || view.spoiled === 'covered')
    parts.push(`<rect width="${String(WIDTH)}" height="${String(HEIGHT)}" fill="#0b0a0a"/>`);
  const local = new Date(view.atMs + 7 * 3_600_000).toISOString();
  const stamp = `${local.slice(8, 10)}-${local.slice(5, 7)}-${local.slice(0, 4)} ${local.slice(11, 19)}`;
  parts.push(`<rect width="${String(WIDTH)}" height="54" fill="#000" opacity="0.35"/>`);
  parts.push(osdText(view.name, 16, 42, 2, '#ffffff'));
  parts.push(osdText(stamp, WIDTH - 16 - stamp.length * 12, 42, 2, '#ffffff'));
  parts.push(
    `<rect y="${String(HEIGHT - 40)}" width="${String(WIDTH)}" height="40" fill="#000" opacity="0.45"/>`,
  );
  parts.push(osdText('MÔ PHỎNG', 16, HEIGHT - 10, 2, '#ffd84d'));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${String(WIDTH)}" height="${String(HEIGHT)}">${parts.join('')}</svg>`;
}

/** What its motors have turned it to, by as much as a hundred degrees look like. */
function turn(seen: string, turned: View['turned'], sky: string): string {
  const { pan, tilt, zoom } = turned ?? HOME;
  if (pan === 0 && tilt === 0 && zoom === 0) return seen;
  const [x, y, scale] = [-pan * WIDTH * 0.4, tilt * HEIGHT * 0.3, 1 + zoom * 1.5];
  const middle = `translate(${String(WIDTH / 2)} ${String(HEIGHT / 2)}) scale(${scale.toFixed(3)}) translate(${String(-WIDTH / 2)} ${String(-HEIGHT / 2)})`;
  return (
    `<rect width="${String(WIDTH)}" height="${String(HEIGHT)}" fill="${sky}"/>` +
    `<g transform="${middle} translate(${x.toFixed(1)} ${y.toFixed(1)})">${seen}</g>`
  );
}

/** What comes through the lens, before the camera writes its words over it. */
function spoil(seen: string, how: Spoiled | undefined, sky: string): string {
  const whole = `width="${String(WIDTH)}" height="${String(HEIGHT)}"`;
  switch (how) {
    case 'moved':
      return `<rect ${whole} fill="${sky}"/><g transform="translate(-110 24)">${seen}</g>`;
    case 'dark':
      return `${seen}<rect ${whole} fill="#000" opacity="0.93"/>`;
    case 'blurred':
      return `<defs><filter id="soft"><feGaussianBlur stdDeviation="5"/></filter></defs><g filter="url(#soft)">${seen}</g>`;
    default:
      return seen;
  }
}

/** Where the sun or moon stands, in points from the left: by night it is the sharpest thing that there is to see. */
const SKY_AT: Readonly<Record<Place, number>> = { gate: 560, junction: 210, hall: 50, school: 250 };

/** Each with a ground, a horizon and lines of its own: who looks at another place must see another picture. */
function place(place: Place, night: boolean): string {
  const wall = night ? '#4a4438' : '#e0c896';
  const roof = night ? '#43231d' : '#a4442f';
  const grass = night ? '#1d2a20' : '#7fa35c';
  const road = night ? '#45484f' : '#b4b5b8';
  const paved = night ? '#34343a' : '#c9bfa6';
  const leaves = night ? '#16261a' : '#3f7a3c';
  const ground = (from: number, fill: string): string =>
    `<rect y="${String(from)}" width="${String(WIDTH)}" height="${String(HEIGHT - from)}" fill="${fill}"/>`;
  const house = (x: number): string =>
    `<rect x="${String(x)}" y="130" width="120" height="80" fill="${wall}"/>` +
    `<path d="M${String(x - 12)} 130l72-44 72 44z" fill="${roof}"/>` +
    `<rect x="${String(x + 48)}" y="165" width="26" height="45" fill="#5b3a22"/>`;
  switch (place) {
    case 'gate':
      return (
        ground(190, grass) +
        `<path d="M250 190h140l170 170H80z" fill="${road}"/>` +
        house(40) +
        `<rect x="225" y="90" width="26" height="115" fill="${wall}"/><rect x="389" y="90" width="26" height="115" fill="${wall}"/>` +
        `<path d="M205 92q115-52 230 0v-16q-115-50-230 0z" fill="${roof}"/>`
      );
    case 'junction':
      return (
        ground(165, grass) +
        `<path d="M300 165h60l200 195H120z" fill="${road}"/><rect y="225" width="${String(WIDTH)}" height="46" fill="${road}"/>` +
        `<g transform="translate(0 -40)">${house(30)}${house(500)}</g>`
      );
    case 'hall':
      return (
        ground(215, paved) +
        `<rect x="130" y="125" width="300" height="90" fill="${wall}"/><path d="M100 125l180-62 180 62z" fill="${roof}"/>` +
        `<path d="M40 246h560M40 228h560${Array.from({ length: 29 }, (_, i) => `M${String(40 + i * 20)} 218v36`).join('')}" stroke="${night ? '#80828a' : '#333'}" stroke-width="4"/>`
      );
    case 'school':
      return (
        ground(235, paved) +
        `<rect x="40" y="130" width="420" height="115" fill="${wall}"/><rect x="30" y="116" width="440" height="16" fill="${roof}"/>` +
        Array.from(
          { length: 7 },
          (_, i) => `<rect x="${String(60 + i * 56)}" y="150" width="34" height="34" fill="#46617a"/>`,
        ).join('') +
        `<rect x="545" y="150" width="16" height="100" fill="#5b3a22"/><circle cx="553" cy="125" r="52" fill="${leaves}"/>` +
        `<path d="M130 280h380M110 305h420" stroke="${night ? '#6d6d6d' : '#ffffff'}" stroke-width="5"/>`
      );
  }
}
