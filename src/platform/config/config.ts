import { z } from 'zod';

/** An address range such as `192.168.0.0/16`, or one address. */
const range = z.string().regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/, 'an address range such as 192.168.0.0/16');
const port = z.int().min(0).max(65535);
/** Empty means: not set. YAML has no better word that a person would type. */
const orEmpty = <S extends z.ZodType<string>>(inner: S) => z.union([z.literal(''), inner]);
const voiceSetting = z
  .string()
  .regex(
    /^(auto|espeak|google|sherpa|(espeak|google|sherpa):\S+)$/,
    'auto, espeak, google, sherpa, or a voice such as google:vi-VN-Neural2-A',
  );
const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\/\S+$/, 'an address such as postgres://loa_app:password@host/loa');
const brokerUrl = z.string().regex(/^mqtts?:\/\/\S+$/, 'an address such as mqtts://host:8883');

/**
 * Every setting of the service. What each means, its unit and its default stand in `config/default.yaml`, and only
 * there; a spec keeps the two the same. An unknown key is a fault: a mistyped setting must not pass for the default.
 */
export const configSchema = z.strictObject({
  dataDirectory: z.string().min(1),
  publicAddress: z.string().regex(/^(?!.*:\/\/)\S*$/, 'a host name or address without a scheme'),
  timeZone: z.string().refine(isTimeZone, 'an IANA time zone such as Asia/Ho_Chi_Minh'),
  http: z.strictObject({
    host: z.string().min(1),
    port,
    trustProxy: z.boolean(),
    secureCookies: z.boolean(),
    publicUrl: orEmpty(z.string().regex(/^https?:\/\/\S+$/, 'an address such as https://loa.example.vn')),
    requestsPerMinute: z.int().min(1),
  }),
  deviceHttp: z.strictObject({ host: z.string().min(1), port }),
  database: z.strictObject({
    url: orEmpty(postgresUrl),
    ownerUrl: orEmpty(postgresUrl),
    poolSize: z.int().min(2).max(200),
    statementTimeoutSeconds: z.number().min(1).max(600),
    connectTimeoutSeconds: z.number().min(0.1).max(60),
  }),
  broker: z.strictObject({
    url: orEmpty(brokerUrl),
    username: z.string(),
    password: z.string(),
    caFile: z.string(),
    host: z.string().min(1),
    tlsPort: port,
    plainPort: port,
    packetMaximumBytes: z.int().min(65_536).max(16_777_216),
    drainTimeoutMs: z.int().min(100).max(60_000),
  }),
  speech: z.strictObject({
    voice: voiceSetting,
    emergencyVoice: orEmpty(voiceSetting),
    espeakVoice: z.enum(['vi', 'vi-vn-x-central', 'vi-vn-x-south']),
    voicesDirectory: z.string(),
    ffmpegPath: z.string(),
    importMaximumMegabytes: z.int().min(1).max(2_000),
    importMaximumMinutes: z.int().min(1).max(60),
    google: z.strictObject({
      credentialsFile: z.string(),
      voice: z.string().min(1),
      endpoint: z.string(),
      charactersPerDay: z.int().min(0),
      charactersPerMonth: z.int().min(0),
    }),
  }),
  sessions: z.strictObject({
    hours: z.number().min(0.1).max(8_760),
    idleHours: z.number().min(0.1).max(8_760),
  }),
  lockout: z.strictObject({
    freeTries: z.int().min(1).max(20),
    firstWaitSeconds: z.number().min(1).max(3_600),
    maximumWaitSeconds: z.number().min(1).max(86_400),
  }),
  keys: z.strictObject({ certificateDays: z.int().min(90).max(3_650) }),
  programmes: z.strictObject({ daysAhead: z.int().min(7).max(60) }),
  loudspeakers: z.strictObject({ logDays: z.int().min(1).max(365) }),
  emergencies: z.strictObject({
    maximumMinutes: z.int().min(1).max(1_440),
    defaultMinutes: z.int().min(1).max(1_440),
  }),
  cameras: z.strictObject({
    allowedRanges: z.array(range),
    snapshotMaximumBytes: z.int().min(10_000).max(50_000_000),
  }),
  cameraEvents: z.strictObject({
    restSeconds: z.int().min(1).max(3_600),
    noticeDays: z.int().min(1).max(3_650),
    morePictures: z.int().min(0).max(10),
    morePicturesEverySeconds: z.int().min(2).max(60),
  }),
  viewings: z.strictObject({
    most: z.int().min(1).max(50),
    seconds: z.int().min(5).max(3_600),
    kilobytesPerSecond: z.int().min(10).max(10_000),
  }),
  replays: z.strictObject({
    most: z.int().min(1).max(20),
    megabytes: z.int().min(1).max(1_000),
    seconds: z.int().min(10).max(3_600),
  }),
  cameraHealth: z.strictObject({
    checkMinutes: z.number().min(0.05).max(1_440),
    confirmSeconds: z.int().min(1).max(3_600),
  }),
  connector: z.strictObject({ start: z.boolean() }),
  demonstration: z.strictObject({
    controlUrl: orEmpty(
      z.string().regex(/^http:\/\/127\.0\.0\.1:\d+$/, 'an address such as http://127.0.0.1:7799'),
    ),
    brokerSecret: z.string(),
  }),
  log: z.strictObject({
    level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']),
    pretty: z.boolean(),
  }),
});

export type ConfigValues = z.infer<typeof configSchema>;

/** Something wrong with a setting: where it stands, and what was expected there. Never what was found: secrets. */
export interface ConfigFault {
  readonly path: string;
  readonly message: string;
}

export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n` +
        faults.map((fault) => `  ${fault.path}: ${fault.message}`).join('\n'),
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** The settings as they are in force. Handed to whoever needs one: `constructor(private readonly config: Config)`. */
export class Config {
  readonly values: ConfigValues;

  constructor(values: ConfigValues) {
    this.values = values;
  }
}

export type ConfigTree = {
  [key: string]: ConfigTree | string | number | boolean | null | readonly unknown[];
};

/**
 * Default settings, overlay and environment in this order, checked as a whole.
 * @param environment the process's variables: `LOA_HTTP_PORT` is `http.port`; others than `LOA_…` and `DATABASE_URL`
 *   are left alone.
 * @param parseScalar reads a variable's text as the file would (`7700`, `true`, `[a, b]`)
 * @throws ConfigError with all faults, not with the first
 */
export function composeConfig(
  defaults: ConfigTree,
  overlay: ConfigTree,
  environment: Readonly<Record<string, string | undefined>>,
  parseScalar: (text: string) => unknown,
): ConfigValues {
  const faults: ConfigFault[] = [];
  const merged = merge(defaults, overlay);
  const byVariable = new Map(leafPaths(defaults).map((path) => [variableOf(path), path]));
  for (const [variable, text] of Object.entries({ ...databaseUrlOf(environment), ...environment })) {
    if (text === undefined || !variable.startsWith('LOA_') || notSettings.has(variable)) continue;
    const path = byVariable.get(variable);
    if (path === undefined) {
      const near = nearest(variable, [...byVariable.keys()]);
      faults.push({
        path: variable,
        message: `no such setting${near === undefined ? '' : `; did you mean ${near}?`}`,
      });
    } else {
      const isText = typeof valueAt(defaults, path) === 'string';
      setAt(merged, path, isText ? text : (parseScalar(text) as ConfigTree[string]));
    }
  }
  const parsed = configSchema.safeParse(merged);
  if (!parsed.success) faults.push(...parsed.error.issues.flatMap(faultsOf));
  else faults.push(...contradictions(parsed.data));
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return parsed.data;
}

/** `deviceHttp.port` is `LOA_DEVICE_HTTP_PORT` in the environment. */
export function variableOf(path: string): string {
  return `LOA_${path
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;
}

/** The paths of all settings of a tree, as `http.port`; a list is one setting. */
export function leafPaths(tree: ConfigTree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isTree(value) ? leafPaths(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

/** Variables that begin like ours and are not settings: where the overlay lies, and what only the tests read. */
const notSettings = new Set(['LOA_CONFIG', 'LOA_BROWSER', 'LOA_TEST_BUILT', 'LOA_FAULTS']);

function databaseUrlOf(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return environment.DATABASE_URL === undefined ? {} : { LOA_DATABASE_URL: environment.DATABASE_URL };
}

/** What each setting allows alone and no two allow together. */
function contradictions(values: ConfigValues): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if ((values.database.url === '') !== (values.database.ownerUrl === ''))
    faults.push({
      path: values.database.url === '' ? 'database.url' : 'database.ownerUrl',
      message:
        'database.url (the service, a role without tables) and database.ownerUrl (migrations) are set together, or neither',
    });
  if (values.database.url !== '' && values.database.url === values.database.ownerUrl)
    faults.push({
      path: 'database.url',
      message: 'must be another role than database.ownerUrl: row-level security does not bind the owner',
    });
  if (values.emergencies.defaultMinutes > values.emergencies.maximumMinutes)
    faults.push({ path: 'emergencies.defaultMinutes', message: 'at most emergencies.maximumMinutes' });
  if (values.lockout.firstWaitSeconds > values.lockout.maximumWaitSeconds)
    faults.push({ path: 'lockout.firstWaitSeconds', message: 'at most lockout.maximumWaitSeconds' });
  if (values.broker.url.startsWith('mqtt://') && !isLoopbackUrl(values.broker.url))
    faults.push({ path: 'broker.url', message: 'mqtts://: beyond loopback the link must be encrypted' });
  return faults;
}

function isLoopbackUrl(url: string): boolean {
  return /^\w+:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?\/?$/.test(url);
}

function faultsOf(issue: z.core.$ZodIssue): ConfigFault[] {
  const path = issue.path.map(String).join('.');
  const prefix = path === '' ? '' : `${path}.`;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeysAt(issue.path.map(String));
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      return {
        path: `${prefix}${key}`,
        message: `no such setting${near === undefined ? '' : `; did you mean ${prefix}${near}?`}`,
      };
    });
  }
  // A union's own message says nothing; the last branch is the one that is not "empty".
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.at(-1)?.[0];
    return [{ path, message: inner === undefined ? 'not allowed' : expected(inner) }];
  }
  return [{ path, message: expected(issue) }];
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected === 'int' ? 'a whole number' : issue.expected}`;
    case 'too_small':
      return `expected at least ${String(issue.minimum)}${issue.origin === 'string' ? ' character(s)' : ''}`;
    case 'too_big':
      return `expected at most ${String(issue.maximum)}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`;
    default:
      return `expected ${issue.message}`;
  }
}

function knownKeysAt(path: readonly string[]): string[] {
  let shape: z.ZodType | undefined = configSchema;
  for (const key of path)
    shape = shape instanceof z.ZodObject ? (shape.shape as Record<string, z.ZodType>)[key] : undefined;
  return shape instanceof z.ZodObject ? Object.keys(shape.shape) : [];
}

function isTree(value: unknown): value is ConfigTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(below: ConfigTree, above: ConfigTree): ConfigTree {
  const merged: ConfigTree = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = Object.hasOwn(merged, key) ? merged[key] : undefined;
    // A section that is written and left empty changes nothing: YAML reads it as null.
    if (value === null && isTree(under)) continue;
    merged[key] = isTree(value) && isTree(under) ? merge(under, value) : value;
  }
  return merged;
}

function valueAt(tree: ConfigTree, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (isTree(at) ? at[key] : undefined), tree);
}

function setAt(tree: ConfigTree, path: string, value: ConfigTree[string]): void {
  const [key = '', ...rest] = path.split('.');
  if (rest.length === 0) tree[key] = value;
  else {
    const below = isTree(tree[key]) ? { ...tree[key] } : {};
    setAt(below, rest.join('.'), value);
    tree[key] = below;
  }
}

/** The word a person most likely meant: two letters wrong (or swapped), or a third of them. */
function nearest(word: string, words: readonly string[]): string | undefined {
  const ranked = words.map((known) => ({
    known,
    distance: distance(word.toLowerCase(), known.toLowerCase()),
  }));
  const best = ranked.sort((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3))
    ? best.known
    : undefined;
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
