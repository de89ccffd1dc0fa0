import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { productRoot } from '../config/config.file.ts';

/** The version of this program, as `0.1.0`. */
export class ServiceVersion {
  readonly text: string;

  constructor() {
    const { version } = JSON.parse(readFileSync(join(productRoot(), 'package.json'), 'utf8')) as {
      version: string;
    };
    this.text = version;
  }
}
