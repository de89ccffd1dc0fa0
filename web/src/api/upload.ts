import { ApiFailure } from './door.ts';
import type { FieldFault } from './door.ts';

/**
 * Sends a file's bytes and tells how far it is (0..1): `fetch` cannot say that. At 1 the service has all of it and is at
 * work. @throws ApiFailure, and nothing else
 */
export function upload<T>(
  path: string,
  file: Blob,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `/api${path}`);
    // What it is, the service sees for itself.
    request.setRequestHeader('content-type', 'audio/x-upload');
    request.setRequestHeader('accept', 'application/json');
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total === 0 ? 0 : loaded / total),
    );
    request.addEventListener('load', () => {
      const answer = answerIn(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(answer as T);
      else reject(failureFrom(request.status, answer));
    });
    for (const event of ['error', 'timeout', 'abort'])
      request.addEventListener(event, () => reject(new ApiFailure('console.unreachable', 0)));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function answerIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function failureFrom(status: number, answer: unknown): ApiFailure {
  const { code, fields } = (answer ?? {}) as { code?: unknown; fields?: unknown };
  return new ApiFailure(
    typeof code === 'string' ? code : 'console.not-understood',
    status,
    Array.isArray(fields) ? (fields as FieldFault[]) : [],
  );
}
