import { Injectable, OnModuleInit } from '@nestjs/common';
import { createECDH } from 'node:crypto';
import { join } from 'node:path';
import { keyInFile } from '../auth/secret-file';
import { messageOf } from '../common/domain.error';
import { ConfigError } from '../config/config.error';
import { ServerConfig } from '../config/server.config';
import { WebPushConfig } from '../config/web-push.config';
import { DataDirectories } from '../runtime/data-directories';
import { DataRootLock } from '../runtime/data-root-lock';

const FILE = 'web_push_key';
/** An address of this form is in nobody's hands (RFC 2606). */
const NOBODY = 'mailto:operator@codex-relay.invalid';

export interface VapidDetails {
  readonly subject: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The key by which push services know this service (RFC 8292). It lies with its other secrets, or is the operator's. */
@Injectable()
export class VapidKey implements OnModuleInit {
  private known: VapidDetails | undefined;

  constructor(
    private readonly config: WebPushConfig,
    private readonly server: ServerConfig,
    private readonly directories: DataDirectories,
    private readonly lock: DataRootLock,
  ) {}

  /** @throws ConfigError */
  async onModuleInit(): Promise<void> {
    if (this.config.mode === 'off') return;
    const { privateKey } = this.config;
    if (privateKey === '') await this.lock.take();
    const bytes =
      privateKey === ''
        ? await keyInFile(join(this.directories.globalConfig, FILE), 'web push')
        : Buffer.from(privateKey, 'base64url');
    this.known = vapidDetails(bytes, this.subject);
  }

  /** Undefined where WEB_PUSH is off. */
  get details(): VapidDetails | undefined {
    return this.known;
  }

  private get subject(): string {
    if (this.config.subject !== '') return this.config.subject;
    return this.server.publicUrl.startsWith('https:') ? this.server.publicUrl : NOBODY;
  }
}

/** @param bytes a private key of P-256. @throws ConfigError for bytes that are none */
export function vapidDetails(bytes: Buffer, subject: string): VapidDetails {
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(bytes);
  } catch (error) {
    throw new ConfigError(`WEB_PUSH_PRIVATE_KEY is no key of the curve P-256: ${messageOf(error)}`);
  }
  return { subject, publicKey: pair.getPublicKey('base64url'), privateKey: bytes.toString('base64url') };
}
