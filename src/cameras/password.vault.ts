import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { codeOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { Config } from '../platform/config/config.ts';
import { writeFileAtomically } from '../platform/files/atomic.file.ts';

/**
 * Cameras' passwords at rest: AES-256-GCM under a key that lies beside the database and never in it
 * (`keys/camera-passwords.key`, mode 600), so a copy of the database alone opens nothing. On the wire they are sealed
 * to the connector (devices/protocol/seal.ts), so the broker sees none either.
 *
 * They are not kept sealed to the connector alone, though the service then could not read them: a connector that burns
 * down would cost a walk to a hundred cameras, or one password on all of them written on paper, which is what happens
 * then. Whoever runs several services on one database gives each the same key file.
 */
@Injectable()
export class PasswordVault {
  private readonly directory: string;
  private key: Promise<Buffer> | undefined;

  constructor(config: Config) {
    this.directory = join(config.values.dataDirectory, 'keys');
  }

  /** @param cameraId bound in: a sealed text cannot be moved to another camera. @returns `v1.nonce.ciphertext` */
  async seal(password: string, cameraId: string): Promise<string> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', await this.opened(), nonce);
    cipher.setAAD(Buffer.from(cameraId));
    const sealed = Buffer.concat([cipher.update(password, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${nonce.toString('base64')}.${sealed.toString('base64')}`;
  }

  /** @throws Failure `cameras.password-lost` where the key is another one than it was sealed with */
  async open(sealed: string, cameraId: string): Promise<string> {
    const [version, nonce = '', text = ''] = sealed.split('.');
    try {
      if (version !== 'v1') throw new Error('not sealed by this vault');
      const bytes = Buffer.from(text, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', await this.opened(), Buffer.from(nonce, 'base64'));
      decipher.setAAD(Buffer.from(cameraId));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new Failure('conflict', 'cameras.password-lost', 'The password must be entered again', {
        cause: error,
      });
    }
  }

  private opened(): Promise<Buffer> {
    this.key ??= this.read().catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    return this.key;
  }

  private async read(): Promise<Buffer> {
    const path = join(this.directory, 'camera-passwords.key');
    try {
      const key = Buffer.from(await readFile(path, 'utf8'), 'base64');
      if (key.length !== 32) throw new Error(`${path} is damaged`);
      return key;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      const key = randomBytes(32);
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      await writeFileAtomically(path, `${key.toString('base64')}\n`, 0o600);
      return key;
    }
  }
}
