import { messageOf } from '../../base/error.ts';
import type { Made, ToMake } from './picture-anew.process.ts';
import { greyAnew, pictureAnew } from './picture-anew.sharp.ts';

// The process that reads strangers' pictures: child of the service, and gone when the service is gone.

process.on('message', ({ id, received, how }: ToMake) => {
  const making = how.as === 'grey' ? greyAnew(received, how) : pictureAnew(received, how);
  making
    .then((bytes): Made => ({ id, bytes }))
    .catch((error: unknown): Made => ({ id, refusal: messageOf(error) }))
    .then((made) => process.send?.(made))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the service says when.
process.on('SIGINT', () => undefined);
