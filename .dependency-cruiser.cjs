/**
 * The directions of the house: calls go down, news comes up as events, each outside library has one door. What a room
 * may use stands in `below`, one line a room, ground up; a room that is not there may use nothing.
 */
const below = {
  access: [],
  journal: ['access'],
  speech: ['access', 'journal'],
  // Of speech only which tunes a commune may choose.
  accounts: ['access', 'journal', 'speech'],
  lexicon: ['access', 'journal', 'accounts', 'speech'],
  villages: ['access', 'journal', 'accounts'],
  boxes: ['access', 'journal', 'accounts'],
  announcements: ['access', 'journal', 'accounts', 'villages', 'speech', 'lexicon'],
  loudspeakers: ['access', 'journal', 'accounts', 'villages', 'boxes'],
  cameras: ['access', 'journal', 'accounts', 'villages', 'boxes'],
  detectors: ['access', 'journal', 'accounts', 'boxes', 'cameras'],
  broadcasts: [
    'access',
    'journal',
    'accounts',
    'villages',
    'speech',
    'lexicon',
    'boxes',
    'announcements',
    'loudspeakers',
  ],
  // Of loudspeakers only where they stand: a village whose poles are silent too has no power.
  'camera-events': [
    'access',
    'journal',
    'accounts',
    'villages',
    'boxes',
    'loudspeakers',
    'cameras',
    'detectors',
  ],
  // Of camera-events only the way in which a received picture becomes one for screens.
  viewings: ['access', 'journal', 'boxes', 'cameras', 'camera-events'],
  'camera-health': ['access', 'journal', 'accounts', 'villages', 'boxes', 'cameras', 'camera-events'],
  // Of speech only how a stranger's file is decoded apart, and how a part of one is served.
  replays: [
    ...['access', 'journal', 'accounts', 'speech', 'boxes', 'cameras', 'camera-events', 'camera-health'],
  ],
};
/** On top of everything. */
const top = ['live', 'demonstration'];
const ground = ['base', 'platform'];

const spec = '\\.spec\\.tsx?$';
/** Specs, and what stands beside them for specs alone. */
const forTests = '\\.(spec|testing)\\.tsx?$';
/** The only suffixes after which a file may touch framework, disk or network; without one it is plain. */
const plainFile = '^(src|devices)/[^.]+\\.ts$';
/** Where a name without suffix is the door itself: the ground floor, and the programs' own maps. */
const notHeldPlain = [
  '^src/platform/',
  '^src/main\\.ts$',
  '^src/tables\\.ts$',
  '^src/base/program\\.ts$',
  // A pole's program is disk, network and sound all through; its rules are plain in devices/protocol.
  '^devices/(link|loudspeaker)/',
  spec,
];

const frameworks = '^(@nestjs/|@fastify/|fastify$|typeorm$|rxjs)';
const node = (names) => `^(node:)?(${names})(/|$)`;
/** Not `net`: isIP and BlockList are pure, and a socket has its doors below. */
const touching = node(
  'fs|tls|dgram|dns|http|https|http2|child_process|cluster|worker_threads|os|readline|sqlite',
);
const npm = (names) => `node_modules/(${names})(/|$)`;

/** A library, and the files through which alone it comes in. */
const doors = [
  ['typeorm', 'typeorm', '^src/platform/database/|\\.(table|store)\\.ts$'],
  ['pg', 'pg', '^src/platform/database/'],
  ['aedes', 'aedes', '^src/platform/broker/broker\\.main\\.ts$'],
  ['mqtt', 'mqtt', '^src/platform/broker/broker\\.link\\.ts$|^devices/link/[^/]*\\.ts$'],
  ['mqtt-packet', 'mqtt-packet', '^src/platform/broker/|^devices/link/'],
  ['onvif', 'onvif', '^devices/connector/'],
  ['google', '@google-cloud/[^/]+', '^src/speech/voice\\.google\\.ts$'],
  ['ffmpeg', '@ffmpeg-installer/ffmpeg|ffmpeg-static', '\\.ffmpeg\\.ts$'],
  ['espeak', '@echogarden/espeak-ng-emscripten', '\\.espeak\\.(main\\.)?ts$|espeak\\.main\\.ts$'],
  ['sherpa', 'sherpa-onnx-node', '\\.sherpa\\.(main\\.)?ts$'],
  ['x509', '@peculiar/x509', '^src/platform/tls/|^devices/camera/certificate\\.x509\\.ts$'],
  ['argon2', '@node-rs/argon2', '^src/accounts/'],
  ['pino', 'pino|pino-pretty', '^src/platform/logging/|^devices/.*\\.main\\.ts$'],
  ['yaml', 'yaml', '^src/platform/config/|^src/speech/'],
  ['pg-boss', 'pg-boss', '^src/platform/jobs/'],
];

const named = (rooms) => `^src/(${rooms.join('|')})(/|\\.ts$)`;

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'A circle cannot be understood, tested or moved in parts.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment:
        'An import that leads nowhere, or to a package that package.json does not name. ffmpeg-static is optional: npm leaves it out where its download is refused.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^ffmpeg-static$' },
    },
    {
      name: 'base-alone',
      comment: 'The base uses Node alone (and uuid).',
      severity: 'error',
      from: { path: '^src/base/', pathNot: forTests },
      to: { path: ['^src/(?!base/)', '^devices/', npm('(?!uuid)[^/]+')] },
    },
    {
      name: 'platform-below-rooms',
      comment: 'The ground floor knows no room.',
      severity: 'error',
      from: { path: '^src/platform/', pathNot: forTests },
      to: { path: ['^src/(?!base/|platform/)', '^devices/'] },
    },
    {
      name: 'tables-list-only-tables',
      severity: 'error',
      from: { path: '^src/tables\\.ts$' },
      to: { path: '^src/(?!base/|platform/)', pathNot: '\\.table\\.ts$' },
    },
    ...Object.entries(below).map(([room, rooms]) => ({
      name: `room-${room}`,
      comment: `${room} may use ${[...ground, ...rooms].join(', ')}.`,
      severity: 'error',
      from: { path: `^src/${room}/`, pathNot: forTests },
      to: { path: '^src/', pathNot: named([...ground, ...rooms, room]) },
    })),
    {
      name: 'unknown-room',
      comment: 'A directory of src that the map above does not know.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [named([...ground, ...Object.keys(below), ...top]), forTests] },
      to: {},
    },
    {
      name: 'live-on-top',
      comment: 'Nothing but the map calls the room that stands on all others.',
      severity: 'error',
      from: { path: '^src/', pathNot: [named(top), '^src/app\\.module\\.ts$', forTests] },
      to: { path: named(top) },
    },
    {
      name: 'only-main-knows-the-map',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/main\\.ts$', forTests] },
      to: { path: '^src/(app\\.module|main)\\.ts$' },
    },
    {
      name: 'plain-without-framework',
      comment: 'A file without a suffix holds rules: it must run without Nest, database or network.',
      severity: 'error',
      from: { path: plainFile, pathNot: [...notHeldPlain] },
      to: {
        path: [
          frameworks,
          'node_modules/(@nestjs|@fastify|fastify|typeorm|mqtt|undici|rxjs|pg|aedes)(/|$)',
          '^(mqtt|undici)$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'plain-without-disk-or-network',
      severity: 'error',
      from: { path: plainFile, pathNot: [...notHeldPlain] },
      to: { path: touching, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'plain-uses-plain',
      comment:
        'What a plain file imports is plain as well, else it touches the disk by a detour. Types are free.',
      severity: 'error',
      from: { path: plainFile, pathNot: [...notHeldPlain] },
      to: {
        path: '^(src|devices)/[^.]+\\.[^.]+\\.ts$',
        pathNot: '\\.(data|request|view)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    ...doors.map(([name, packages, door]) => ({
      name: `door-${name}`,
      comment: `${packages} comes in through ${door} alone.`,
      severity: 'error',
      from: { path: '^(src|devices)/', pathNot: [door, forTests] },
      to: { path: npm(packages), dependencyTypesNot: ['type-only'] },
    })),
    {
      name: 'boxes-apart-from-service',
      comment: 'A box and the service share the protocol (and the base), nothing else.',
      severity: 'error',
      from: { path: '^devices/', pathNot: forTests },
      to: { path: '^src/(?!base/)' },
    },
    {
      name: 'service-apart-from-boxes',
      severity: 'error',
      from: { path: '^src/', pathNot: forTests },
      to: { path: '^devices/(?!protocol/)' },
    },
    {
      name: 'protocol-alone',
      comment: 'Another maker compiles this folder with nothing else of ours.',
      severity: 'error',
      from: { path: '^devices/protocol/', pathNot: forTests },
      to: { path: ['^devices/(?!protocol/)', '^src/(?!base/)'] },
    },
    {
      name: 'simulated-camera-alone',
      comment: 'It would prove nothing if it shared code with the client that it checks.',
      severity: 'error',
      from: { path: '^devices/camera/', pathNot: forTests },
      to: { path: ['^devices/(?!camera/)', '^src/(?!base/)'] },
    },
    {
      name: 'boxes-apart-from-each-other',
      severity: 'error',
      from: { path: '^devices/(loudspeaker|connector)/', pathNot: forTests },
      to: { path: '^devices/(loudspeaker|connector)/', pathNot: '^devices/$1/' },
    },
    {
      name: 'web-takes-types-only',
      comment:
        'The console is compiled for a browser; what it shares with the service is what a screen sees.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(src|devices)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-without-web-and-tests',
      severity: 'error',
      from: { path: '^(src|devices)/', pathNot: forTests },
      to: { path: '^(web|test)/' },
    },
    {
      name: 'product-without-tests',
      comment: 'What stands beside specs is for specs.',
      severity: 'error',
      from: { path: '^(src|devices)/', pathNot: forTests },
      to: { path: forTests },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
