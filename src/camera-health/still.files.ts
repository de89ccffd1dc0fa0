import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { PictureFiles } from '../camera-events/snapshot.files.ts';
import { Config } from '../platform/config/config.ts';

/** Stills as received: `stills/{commune}/ab/{sha256}`. No evidence of anything, and no event's picture lies among them. */
@Injectable()
export class StillFiles extends PictureFiles {
  constructor(config: Config) {
    super(join(config.values.dataDirectory, 'stills'));
  }
}
