import { PinoLogger } from './logger.ts';

// Lines with planted secrets, for the spec to read.
const log = new PinoLogger({ level: 'info', pretty: false });
log.log('Started', 'Try');
log.log({ user: 'an', password: 'hunter2', camera: { password: 'hunter2' } }, 'Try');
log.error(new Error('cannot reach rtsp://admin:hunter2@10.0.0.1'), 'Try');
log.debug('hunter2', 'Try');
