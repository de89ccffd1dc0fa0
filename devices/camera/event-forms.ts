/** A name and its value, as a SimpleItem carries them. */
export type Item = readonly [name: string, value: string];

/**
 * How one maker writes one kind of event. Every form is a row of `test/fixtures/cameras/notices.tsv`, to the letter:
 * the spec beside holds them together.
 */
export interface EventForm {
  readonly maker: string;
  readonly topic: string;
  /** A property is told as `Initialized` to each new subscription; an edge is not. */
  readonly property: boolean;
  readonly source: readonly Item[];
  readonly key?: readonly Item[];
  /** The data items when it begins and when it ends; no `off` where the maker sends only the beginning. */
  readonly on: readonly Item[];
  readonly off?: readonly Item[];
}

const TAPO_SOURCE = (rule: string): readonly Item[] => [
  ['VideoSourceConfigurationToken', 'vsconf'],
  ['VideoAnalyticsConfigurationToken', 'VideoAnalyticsToken'],
  ['Rule', rule],
];

export const EVENT_FORMS = {
  motion: {
    maker: 'Reolink Doorbell PoE',
    topic: 'tns1:VideoSource/MotionAlarm',
    property: true,
    source: [['Source', 'VideoSourceToken']],
    on: [['State', 'true']],
    off: [['State', 'false']],
  },
  'cell-motion': {
    maker: 'thingino firmware (real run)',
    topic: 'tns1:RuleEngine/CellMotionDetector/Motion',
    property: true,
    source: [['VideoSourceConfigurationToken', 'VideoSourceConfigToken']],
    on: [['IsMotion', 'true']],
    off: [['IsMotion', 'false']],
  },
  'clone-motion': {
    maker: 'Hikvision OEM (clone)',
    topic: 'tns1:VideoAnalytics/tnshik:MotionAlarm',
    property: true,
    source: [['Source', 'vstoken_ch0001']],
    on: [['State', 'TRUE']],
    off: [['State', 'FALSE']],
  },
  'axis-motion': {
    maker: 'Axis',
    topic: 'tnsaxis:CameraApplicationPlatform/VMD/Camera1Profile1',
    property: true,
    source: [],
    on: [['active', '1']],
    off: [['active', '0']],
  },
  'line-crossing': {
    maker: 'Uniview',
    topic: 'tns1:RuleEngine/LineDetector/Crossed',
    property: false,
    source: [
      ['VideoSourceConfigurationToken', 'video_source_config1'],
      ['VideoAnalyticsConfigurationToken', 'analytics_video_source'],
      ['Rule', 'MyLineDetectorRule'],
    ],
    on: [['ObjectId', '0']],
  },
  intrusion: {
    maker: 'TP-Link Tapo',
    topic: 'tns1:RuleEngine/CellMotionDetector/Intrusion',
    property: true,
    source: TAPO_SOURCE('MyIntrusionDetectorRule'),
    on: [['IsIntrusion', 'true']],
    off: [['IsIntrusion', 'false']],
  },
  person: {
    maker: 'TP-Link Tapo',
    topic: 'tns1:RuleEngine/CellMotionDetector/People',
    property: true,
    source: TAPO_SOURCE('MyPeopleDetectorRule'),
    on: [['IsPeople', 'true']],
    off: [['IsPeople', 'false']],
  },
  vehicle: {
    maker: 'TP-Link Tapo',
    topic: 'tns1:RuleEngine/CellMotionDetector/TpSmartEvent',
    property: true,
    source: TAPO_SOURCE('MyTPSmartEventDetectorRule'),
    on: [['IsVehicle', 'true']],
    off: [['IsVehicle', 'false']],
  },
  tamper: {
    maker: 'generic Hisilicon (V_SRC_000)',
    topic: 'tns1:RuleEngine/TamperDetector/Tamper',
    property: true,
    source: [
      ['VideoSource', 'V_SRC_000'],
      ['Rule', 'MyTamperDetectorRule'],
    ],
    on: [['IsTamper', 'true']],
    off: [['IsTamper', 'false']],
  },
  'digital-input': {
    maker: 'Hanwha/Samsung',
    topic: 'tns1:Device/tns1:Trigger/tns1:DigitalInput',
    property: true,
    source: [
      ['Index', '0'],
      ['AlarmInID', '1'],
    ],
    on: [['Level', 'true']],
    off: [['Level', 'false']],
  },
} as const satisfies Record<string, EventForm>;

export type EventName = keyof typeof EVENT_FORMS;

export function eventForm(name: string): EventForm | undefined {
  return Object.hasOwn(EVENT_FORMS, name) ? EVENT_FORMS[name as EventName] : undefined;
}
