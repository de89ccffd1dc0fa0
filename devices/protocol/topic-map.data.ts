/** What a notice is about. The console words each in Vietnamese; `unknown` is kept raw and listed. */
export const KINDS = [
  'motion',
  'line-crossing',
  'intrusion',
  'loitering',
  'person',
  'vehicle',
  'animal',
  'face',
  'object',
  'fire',
  'tamper',
  'scene-change',
  'image-quality',
  'video-loss',
  'digital-input',
  'pir',
  'audio',
  'storage',
  'hardware',
  'relay',
  'network',
  'ptz',
  'recording',
  'configuration',
  'clock',
  'reboot',
  'processor',
  'counter',
  'day-night',
  'device-log',
  'noise',
  'unknown',
] as const;
export type Kind = (typeof KINDS)[number];

export interface TopicRule {
  /** Segments without prefixes; `*` is one segment, a last `**` any number, none included. */
  readonly topic: string;
  readonly kind: Kind;
  /**
   * How it is told: `state` turns on and off, `edge` is one instant unless a named state stands in the data,
   * `status` is never an alarm.
   */
  readonly style: 'state' | 'edge' | 'status';
  /** Data items that hold the state, the first readable one counts; else the usual names, else the first item. */
  readonly state?: readonly string[];
}

/** Where the state hides, in the order of trust (seen at Axis, Hikvision, Tapo, Reolink, Hanwha, Ajax, Bosch). */
export const STATE_NAMES = [
  'State',
  'state',
  'IsMotion',
  'IsIntrusion',
  'IsLineCross',
  'IsTamper',
  'IsInside',
  'IsPeople',
  'IsVehicle',
  'IsPet',
  'LogicalState',
  'Level',
  'Motion',
  'motion',
  'Value',
  'Detected',
  'Audio',
  'active',
  'alert',
  'Failed',
  'disruption',
  'tampering',
] as const;

/** Items whose `true` means that nothing is there (Tapo). */
export const OPPOSITE_NAMES: readonly string[] = ['IsNotPerson'];

/** Items whose name says what was seen, on topics that carry several kinds (Tapo's smart event). */
export const KIND_BY_ITEM: Readonly<Record<string, Kind>> = {
  IsPeople: 'person',
  IsVehicle: 'vehicle',
  IsPet: 'animal',
  IsIntrusion: 'intrusion',
  IsLineCross: 'line-crossing',
  IsTamper: 'tamper',
};

/** Classes in ClassTypes or classTypes, by their first word found here. */
export const KIND_BY_CLASS: Readonly<Record<string, Kind>> = {
  human: 'person',
  person: 'person',
  people: 'person',
  vehicle: 'vehicle',
  car: 'vehicle',
  truck: 'vehicle',
  bus: 'vehicle',
  bike: 'vehicle',
  motorcycle: 'vehicle',
  animal: 'animal',
  face: 'face',
};

/** The first rule that fits counts. From captured messages and declared topics: `test/fixtures/cameras`. */
export const TOPIC_RULES: readonly TopicRule[] = [
  // Lines, fields, people: the events a village asks for.
  { topic: 'RuleEngine/LineDetector/**', kind: 'line-crossing', style: 'edge' },
  { topic: 'RuleEngine/LineCrossDetector/**', kind: 'line-crossing', style: 'edge' },
  { topic: 'RuleEngine/CellMotionDetector/LineCross', kind: 'line-crossing', style: 'edge' },
  { topic: 'RuleEngine/CellMotionDetector/Intrusion', kind: 'intrusion', style: 'state' },
  { topic: 'RuleEngine/FieldDetector/**', kind: 'intrusion', style: 'state', state: ['IsInside', 'State'] },
  { topic: 'IVA/ObjectInField/**', kind: 'intrusion', style: 'state' },
  { topic: 'CameraApplicationPlatform/FenceGuard/**', kind: 'intrusion', style: 'state' },
  { topic: 'CameraApplicationPlatform/LoiteringGuard/**', kind: 'loitering', style: 'state' },
  { topic: 'RuleEngine/LoiteringDetection/**', kind: 'loitering', style: 'edge' },
  { topic: 'RuleEngine/LoiteringDetector/**', kind: 'loitering', style: 'edge' },
  { topic: 'RuleEngine/CellMotionDetector/People', kind: 'person', style: 'state' },
  { topic: 'RuleEngine/PeopleDetector/**', kind: 'person', style: 'state' },
  { topic: 'RuleEngine/MyRuleDetector/PeopleDetect', kind: 'person', style: 'state' },
  { topic: 'RuleEngine/MyRuleDetector/VehicleDetect', kind: 'vehicle', style: 'state' },
  { topic: 'RuleEngine/MyRuleDetector/DogCatDetect', kind: 'animal', style: 'state' },
  { topic: 'RuleEngine/MyRuleDetector/FaceDetect', kind: 'face', style: 'state' },
  { topic: 'UserAlarm/IVA/HumanShapeDetect', kind: 'person', style: 'state' },
  { topic: 'RuleEngine/StoppedVehicle/**', kind: 'vehicle', style: 'edge' },
  { topic: 'RuleEngine/CellMotionDetector/TpSmartEvent', kind: 'object', style: 'state' },
  { topic: 'RuleEngine/TPSmartEventDetector/**', kind: 'object', style: 'state' },
  { topic: 'RuleEngine/ObjectDetection/**', kind: 'object', style: 'state' },
  { topic: 'CameraApplicationPlatform/ObjectAnalytics/**', kind: 'object', style: 'state' },
  { topic: 'IVA/Fire', kind: 'fire', style: 'state' },

  // Somebody meddles with the camera, or it sees badly.
  { topic: 'RuleEngine/CellMotionDetector/Tamper', kind: 'tamper', style: 'state' },
  { topic: 'RuleEngine/TamperDetector/**', kind: 'tamper', style: 'state' },
  { topic: 'RuleEngine/CameraSabotage/**', kind: 'tamper', style: 'edge' },
  { topic: 'Device/Tampering/**', kind: 'tamper', style: 'edge' },
  { topic: 'VideoSource/Tampering', kind: 'tamper', style: 'edge' },
  { topic: 'VideoSource/GlobalSceneChange/**', kind: 'scene-change', style: 'state' },
  { topic: 'VideoSource/ImageTooDark/**', kind: 'image-quality', style: 'state' },
  { topic: 'VideoSource/ImageTooBright/**', kind: 'image-quality', style: 'state' },
  { topic: 'VideoSource/ImageTooBlurry/**', kind: 'image-quality', style: 'state' },
  { topic: 'VideoSource/SignalLoss/**', kind: 'video-loss', style: 'state' },
  { topic: 'VideoSource/SignalStandardMismatch', kind: 'video-loss', style: 'state' },

  // Motion, under its many names.
  { topic: 'RuleEngine/CellMotionDetector/**', kind: 'motion', style: 'state' },
  { topic: 'RuleEngine/MotionRegionDetector/**', kind: 'motion', style: 'state' },
  { topic: 'RuleEngine/MotionDetector/**', kind: 'motion', style: 'state' },
  { topic: 'RuleEngine/VMD3/**', kind: 'motion', style: 'state' },
  { topic: 'RuleEngine/AdaptiveMotion/**', kind: 'motion', style: 'edge' },
  { topic: 'RuleEngine/DirectionalMotion/**', kind: 'motion', style: 'edge' },
  { topic: 'CameraApplicationPlatform/VMD/**', kind: 'motion', style: 'state' },
  { topic: 'CameraApplicationPlatform/MotionGuard/**', kind: 'motion', style: 'state' },
  { topic: 'Device/Trigger/MotionDetector', kind: 'motion', style: 'state' },
  { topic: 'VideoSource/MotionAlarm', kind: 'motion', style: 'state' },
  { topic: 'VideoAnalytics/MotionAlarm', kind: 'motion', style: 'state' },
  { topic: 'VideoAnalytics/MotionDetection', kind: 'motion', style: 'state' },
  // AVTech puts its own word before the topic that was configured (onvif2mqtt issue 20).
  { topic: 'VideoAnalytics/VideoSource/MotionAlarm', kind: 'motion', style: 'state' },

  // Wires and ears.
  { topic: 'Device/Trigger/DigitalInput', kind: 'digital-input', style: 'state' },
  // Imou writes one topic into another (home-assistant/core issue 140575).
  { topic: 'VideoSource/Device/Trigger/DigitalInput', kind: 'digital-input', style: 'state' },
  { topic: 'Device/Trigger/AlarmIn', kind: 'digital-input', style: 'state' },
  { topic: 'Device/Trigger/Relay', kind: 'relay', style: 'status' },
  { topic: 'Device/IO/OutputPort', kind: 'relay', style: 'status' },
  { topic: 'Device/IO/**', kind: 'digital-input', style: 'state' },
  { topic: 'Device/Sensor/PIR', kind: 'pir', style: 'state' },
  { topic: 'AudioAnalytics/Audio/DetectedSound', kind: 'audio', style: 'state' },
  { topic: 'AudioSource/**', kind: 'audio', style: 'state' },

  // The camera's own health.
  { topic: 'Device/HardwareFailure/StorageFailure', kind: 'storage', style: 'state' },
  { topic: 'Device/HardwareFailure/HardDiskError', kind: 'storage', style: 'edge' },
  { topic: 'Device/HardwareFailure/HardDiskFull', kind: 'storage', style: 'edge' },
  { topic: 'Device/HardwareFailure/HardDiskUnformat', kind: 'storage', style: 'edge' },
  { topic: 'Storage/Alert', kind: 'storage', style: 'state', state: ['alert'] },
  { topic: 'Storage/Disruption', kind: 'storage', style: 'state', state: ['disruption'] },
  { topic: 'Storage/Recording', kind: 'storage', style: 'status' },
  { topic: 'Device/HardwareFailure/**', kind: 'hardware', style: 'state' },
  { topic: 'Device/Casing/**', kind: 'hardware', style: 'state' },
  { topic: 'Device/Window/**', kind: 'hardware', style: 'state' },
  { topic: 'Device/Fan/**', kind: 'hardware', style: 'status' },
  { topic: 'Device/Heater/**', kind: 'hardware', style: 'status' },
  { topic: 'Device/Status/Temperature/**', kind: 'hardware', style: 'status' },
  { topic: 'Device/Status/SystemReady', kind: 'reboot', style: 'status' },
  { topic: 'Device/Network/**', kind: 'network', style: 'status' },
  { topic: 'Monitoring/LinkStatus', kind: 'network', style: 'status' },
  { topic: 'Monitoring/OperatingTime/LastClockSynchronization', kind: 'clock', style: 'status' },
  { topic: 'Monitoring/OperatingTime/**', kind: 'reboot', style: 'status' },
  { topic: 'Monitoring/ProcessorUsage', kind: 'processor', style: 'status' },
  { topic: 'Monitoring/Backup/**', kind: 'recording', style: 'status' },
  { topic: 'Monitoring/Profile/**', kind: 'configuration', style: 'status' },

  // What changes all day and alarms nobody.
  { topic: 'RuleEngine/CountAggregation/**', kind: 'counter', style: 'status' },
  { topic: 'RuleEngine/ObjectCounting/**', kind: 'counter', style: 'status' },
  { topic: 'RuleEngine/AutoTracker/**', kind: 'ptz', style: 'status' },
  { topic: 'PTZController/**', kind: 'ptz', style: 'status' },
  { topic: 'RecordingHistory/**', kind: 'recording', style: 'status' },
  { topic: 'RecordingConfig/**', kind: 'recording', style: 'status' },
  { topic: 'Configuration/**', kind: 'configuration', style: 'status' },
  { topic: 'Media/**', kind: 'configuration', style: 'status' },
  { topic: 'MediaControl/**', kind: 'configuration', style: 'status' },
  { topic: 'VideoSource/DayNightVision', kind: 'day-night', style: 'status' },
  { topic: 'Device/Logs', kind: 'device-log', style: 'status' },
  { topic: 'UserAlarm/Recurring/**', kind: 'noise', style: 'status' },
  { topic: 'Advancedsecurity/Keystore/**', kind: 'noise', style: 'status' },
  { topic: 'Advancesecurity/Keystore/**', kind: 'noise', style: 'status' },
];
