import { Injectable } from '@nestjs/common';
import { Environment } from '../config/environment';
import { Database } from '../database/database';
import { update } from '../database/rows';
import { SecretCipher } from '../gateway/catalog/secret-cipher';
import type { McpServer } from './catalog/mcp-server';
import { McpServerEntity } from './mcp-server.entity';
import { McpGrants } from './oauth/mcp-grants';
import type { Bearer } from './proxy/http-upstream';
import { McpFailure } from './proxy/json-rpc';

const NOTHING: Bearer = { canRenew: false, token: () => Promise.resolve(undefined) };

export const bearerPurpose = (serverId: string): string => `mcp-server:${serverId}`;

/** What calls of servers carry, looked up at each call: nothing that lives longer has a secret in it. */
@Injectable()
export class McpCredentials {
  constructor(
    private readonly environment: Environment,
    private readonly database: Database,
    private readonly cipher: SecretCipher,
    private readonly grants: McpGrants,
  ) {}

  /** @param userId for whom the server is called */
  bearerOf(server: McpServer, userId: string): Bearer {
    const { auth } = server;
    if (auth.kind === 'none') return NOTHING;
    if (auth.kind === 'oauth') {
      return {
        canRenew: true,
        token: (isRefused, signal) => this.grants.accessToken(server, userId, { isRefused, signal }),
      };
    }
    const { variable } = auth;
    return { canRenew: false, token: () => (variable === null ? this.stored(server) : this.named(variable)) };
  }

  private named(variable: string): Promise<string> {
    const token = this.environment.get(variable);
    if (token !== undefined) return Promise.resolve(token);
    return Promise.reject(new McpFailure('refused', `is not asked, as the variable ${variable} is not set`));
  }

  private async stored({ id }: McpServer): Promise<string> {
    const row = await this.database.read.findOneBy(McpServerEntity, { id });
    if (!row?.secret) throw new McpFailure('sign_in_required', 'is not asked, as its token has not been stored');
    const token = this.opened(row.secret, id);
    if (this.cipher.isOutdated(row.secret)) {
      const secret = this.cipher.encrypt(token, bearerPurpose(id));
      await this.database.write(update(McpServerEntity, { id, secret: row.secret }, { secret }));
    }
    return token;
  }

  private opened(ciphertext: string, id: string): string {
    try {
      return this.cipher.decrypt(ciphertext, bearerPurpose(id));
    } catch {
      throw new McpFailure('sign_in_required', 'is not asked, as its token was stored under another ENCRYPTION_KEY');
    }
  }
}
