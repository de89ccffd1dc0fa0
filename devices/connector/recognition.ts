import { compare, isOtherCamera } from '../protocol/camera-identity.ts';
import type { Identity } from '../protocol/camera-identity.ts';
import { CameraFault } from './camera-fault.ts';
import type { CallOptions } from './camera-session.undici.ts';
import { endpointIn, macsIn } from './self-description.ts';
import { DEVICE, type SoapCall } from './soap.ts';
import { textAt, type XmlElement } from './xml.ts';

type Compared = ReturnType<typeof compare>;

interface Caller {
  call(path: string, call: SoapCall, options: CallOptions): Promise<XmlElement>;
}

const CALL_MS = 5_000;
const LARGEST_ANSWER_BYTES = 64 * 1024;

/** Which device answers here. What it does not tell is null. */
async function identify(caller: Caller, path: string, known: Identity): Promise<Identity> {
  const ask = async (operation: string, signed: boolean): Promise<XmlElement | undefined> => {
    const call = { action: `${DEVICE}/${operation}`, body: `<${operation} xmlns="${DEVICE}"/>` };
    try {
      return await caller.call(path, call, {
        ...{ deadlineMs: CALL_MS, largestBytes: LARGEST_ANSWER_BYTES, signed },
        // Openly asked, and as a question that a weak account may be refused.
        isOptional: !signed || operation !== 'GetDeviceInformation',
      });
    } catch (error) {
      if (!(error instanceof CameraFault)) throw error;
      const isFatal = error.kind === 'password-refused' && signed && operation === 'GetDeviceInformation';
      if (isFatal || !['password-refused', 'soap-fault', 'http', 'refused-answer'].includes(error.kind))
        throw error;
      return undefined;
    }
  };
  const endpoint = endpointIn(await ask('GetEndpointReference', false));
  // An endpoint that ends in the hardware address is the device's for life: a stranger is told nothing of the password.
  const isForLife = known.macs.some((mac) => known.endpoint?.toLowerCase().endsWith(mac.replaceAll(':', '')));
  if (isForLife && endpoint !== null && isOtherCamera(known, { serial: null, macs: [], endpoint }))
    throw otherDevice();
  const information = await ask('GetDeviceInformation', true);
  return {
    serial: textAt(information, 'SerialNumber')?.slice(0, 200) ?? null,
    macs: known.macs.length === 0 ? [] : macsIn(await ask('GetNetworkInterfaces', true)),
    endpoint,
  };
}

/**
 * Makes sure that the camera that is known answers here, and no other one that was given its address.
 *
 * @returns what is the same and what differs; nothing of both where it tells nothing that could be compared
 * @throws CameraFault `other-device`, `password-refused`, and whatever a call throws
 */
export async function recognise(caller: Caller, path: string, known: Identity): Promise<Compared> {
  const found = await identify(caller, path, known);
  if (isOtherCamera(known, found)) throw otherDevice();
  return compare(known, found);
}

function otherDevice(): CameraFault {
  return new CameraFault('other-device', 'another device answers at this address');
}
