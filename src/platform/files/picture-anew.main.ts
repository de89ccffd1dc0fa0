import { messageOf } from '../../base/error.ts';
import type { Made, ToMake } from './picture-anew.process.ts';
import { cellsAnew, greyAnew, pictureAnew } from './picture-anew.sharp.ts';

// The process that reads strangers' pictures: child of the service, and gone when the service is gone.

process.on('message', ({ id, received, how }: ToMake) => {
  make(received, how)
    .then((bytes): Made => ({ id, bytes }))
    .catch((error: unknown): Made => ({ id, refusal: messageOf(error) }))
    .then((made) => process.send?.(made))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the service says when.
process.on('SIGINT', () => undefined);

function make(received: Uint8Array, how: ToMake['how']): Promise<Buffer> {
  if (how.as === 'cells') return cellsAnew(received, how);
  return how.as === 'grey' ? greyAnew(received, how) : pictureAnew(received, how);
}
