import { Injectable, OnModuleInit } from '@nestjs/common';
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { AuthConfig } from '../config/auth.config';
import { DataDirectories } from '../runtime/data-directories';
import { DataRootLock } from '../runtime/data-root-lock';
import { keyInFile } from './secret-file';

const FILE = 'sign_in_key';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** With what the service knows again what it has given to a browser itself. The key lies with its other secrets. */
@Injectable()
export class SignInKey implements OnModuleInit {
  private key: Buffer = randomBytes(32);

  constructor(
    private readonly config: AuthConfig,
    private readonly directories: DataDirectories,
    private readonly lock: DataRootLock,
  ) {}

  /** @throws ConfigError */
  async onModuleInit(): Promise<void> {
    if (['None', 'Token'].includes(this.config.method)) return;
    await this.lock.take();
    this.key = await keyInFile(join(this.directories.globalConfig, FILE), 'sign-ins');
  }

  /** A mark that a browser keeps after it has signed in to an account. */
  browserMarkOf(login: string): string {
    return createHmac('sha256', this.keyFor('known browser')).update(login.toLowerCase()).digest('base64url');
  }

  isBrowserMark(mark: string, login: string): boolean {
    const [given, right] = [Buffer.from(mark), Buffer.from(this.browserMarkOf(login))];
    return given.length === right.length && timingSafeEqual(given, right);
  }

  /** What only this service can read again. */
  seal(value: object, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keyFor(purpose), nonce);
    const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url');
  }

  /** Undefined for what was not sealed for this. */
  open(text: string, purpose: string): unknown {
    try {
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', this.keyFor(purpose), bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return JSON.parse(plain.toString('utf8'));
    } catch {
      return undefined;
    }
  }

  private keyFor(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.key, '', `codex-relay ${purpose}`, 32));
  }
}
