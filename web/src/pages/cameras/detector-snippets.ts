import type { DetectorSetupView, DetectorView } from '../../api/detectors.ts';
import { words } from '../../words/words.ts';

const w = words.detectors;

/** Frigate's own settings; docs.frigate.video, Full Reference Config. */
export function frigateConfig(detector: DetectorView, setup: DetectorSetupView, key: string): string {
  const cameras = detector.watched.map(({ name }) => `  ${name}:\n    mqtt:\n      enabled: false`);
  return `mqtt:
  enabled: true
  host: ${setup.brokerHost}
  port: ${String(setup.brokerPort)}
  client_id: ${setup.clientId}
  user: ${setup.clientId}
  password: ${key}
  topic_prefix: ${setup.topicPrefix}
  tls_ca_certs: /config/ca.pem
  # ${w.frigateQos}
  qos: 1

# ${w.frigatePictures}
cameras:
${cameras.join('\n')}
`;
}

/** A word that can be sent as it stands. */
export function webhookExample(detector: DetectorView, setup: DetectorSetupView, key: string): string {
  const [first] = detector.watched;
  const camera = first === undefined || first.name === '' ? (first?.number ?? 1) : first.name;
  const message = {
    ...{ v: 1, id: 'thu-1', camera, state: 'instant', label: 'person', score: 0.87 },
    occurredAt: new Date().toISOString(),
  };
  return `curl --cacert ca.pem ${setup.webhookUrl}/detections \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(message)}'

curl --cacert ca.pem -X POST ${setup.webhookUrl}/alive \\
  -H 'Authorization: Bearer ${key}'
`;
}
