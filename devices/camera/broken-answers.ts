import type { ServerResponse } from 'node:http';
import type { Camera } from './camera.ts';
import { NS } from './namespaces.ts';

const SOAP_TYPE = 'application/soap+xml; charset=utf-8';

/**
 * Answers wrongly when a fault asks for it; false when none does. `wellFormed` is the answer as it
 * should have been, for the faults that spoil a good one.
 */
export function answerWrongly(
  camera: Camera,
  operation: string,
  response: ServerResponse,
  wellFormed: string,
): boolean {
  const { faults } = camera;
  const send = (body: string | Buffer, status = 200): true => {
    response.writeHead(status, { 'content-type': SOAP_TYPE });
    response.end(body);
    return true;
  };

  if (operation === 'GetProfiles' && faults.has('choke-profiles')) return send(chokeText());
  if (operation !== 'PullMessages') return false;
  if (faults.has('hang')) return true;
  if (faults.has('drip')) {
    response.writeHead(200, { 'content-type': SOAP_TYPE });
    let at = 0;
    const timer = setInterval(() => response.write(wellFormed[at++ % wellFormed.length] ?? ' '), 100);
    response.on('close', () => clearInterval(timer));
    return true;
  }
  if (faults.has('truncate')) {
    response.writeHead(200, { 'content-type': SOAP_TYPE, 'content-length': Buffer.byteLength(wellFormed) });
    response.write(wellFormed.slice(0, wellFormed.length >> 1), () => response.destroy());
    return true;
  }
  if (faults.has('redirect')) {
    response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
    return true;
  }
  if (faults.has('huge')) return send(inEnvelope(`<a>${'b'.repeat(3_000_000)}</a>`));
  if (faults.has('choke')) return send(chokeText());
  if (faults.has('deep')) return send(inEnvelope(`${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`));
  if (faults.has('empty')) return send('');
  if (faults.has('wrong-encoding')) {
    return send(
      Buffer.concat([
        Buffer.from('<?xml version="1.0"?><s:Envelope>'),
        Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
      ]),
    );
  }
  if (faults.has('entity-bomb')) {
    const entities = Array.from(
      { length: 10 },
      (_, i) => `<!ENTITY e${String(i + 1)} "${`&e${String(i)};`.repeat(10)}">`,
    );
    return send(
      `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY e0 "ha">${entities.join('')}]>${inEnvelope('&e10;').slice(21)}`,
    );
  }
  if (faults.has('external-entity')) {
    return send(
      `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]>${inEnvelope('&x;').slice(21)}`,
    );
  }
  return false;
}

function inEnvelope(inside: string): string {
  return `<?xml version="1.0"?><s:Envelope xmlns:s="${NS.soap}"><s:Body>${inside}</s:Body></s:Envelope>`;
}

/** Every word begins a match that is sought to the end of the text: quadratic in npm `onvif`. */
function chokeText(): string {
  return inEnvelope(`<a>${'xmlns '.repeat(33_000)}</a>`);
}
