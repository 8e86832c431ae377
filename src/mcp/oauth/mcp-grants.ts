import { Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import { now } from '../../common/clock';
import { newId } from '../../common/ids';
import { ComponentLogger, Logger } from '../../common/logger';
import { Environment } from '../../config/environment';
import { Database } from '../../database/database';
import { SecretCipher } from '../../gateway/catalog/secret-cipher';
import type { McpServer } from '../catalog/mcp-server';
import { HostGuard } from '../net/host-guard';
import { McpFailure } from '../proxy/json-rpc';
import { AuthorizationServer, OauthClient, resourceOf } from './authorization-server';
import { McpGrantEntity } from './mcp-grant.entity';

/** What a sign-in has brought. */
export interface Grant {
  readonly client: OauthClient;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Milliseconds since 1970; null: not known. */
  readonly expiresAt: number | null;
}

interface TokenRequest {
  /** The token that was given last was refused. */
  readonly isRefused: boolean;
  readonly signal: AbortSignal;
}

/** A token is renewed so long before it ends. */
const MARGIN_MS = 30_000;

const purposeOf = (serverId: string, userId: string): string => `mcp-grant:${serverId}:${userId}`;

/** Who has signed in to which server, and the tokens of it: encrypted, of one user, for one address. */
@Injectable()
export class McpGrants {
  private readonly renewals = new Map<string, Promise<string>>();
  private readonly logger: ComponentLogger;

  constructor(
    private readonly database: Database,
    private readonly cipher: SecretCipher,
    private readonly environment: Environment,
    private readonly guard: HostGuard,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'mcp' });
  }

  /** Ids of the servers that the user has signed in to. */
  async serversOf(userId: string): Promise<Set<string>> {
    const rows = await this.database.read.find(McpGrantEntity, { where: { userId }, select: { serverId: true } });
    return new Set(rows.map(({ serverId }) => serverId));
  }

  /** The token that a server is called with for a user, renewed where that is time. @throws McpFailure `sign_in_required` */
  async accessToken(server: McpServer, userId: string, { isRefused, signal }: TokenRequest): Promise<string> {
    const found = await this.find(server, userId);
    if (found === undefined) throw notSignedIn();
    const isOver = found.expiresAt !== null && found.expiresAt - MARGIN_MS < Date.now();
    if (!isRefused && !isOver) return found.accessToken;
    signal.throwIfAborted();
    const key = purposeOf(server.id, userId);
    // One at a time: many servers take a refresh token once.
    const running =
      this.renewals.get(key) ?? this.renewed(server, userId, found).finally(() => this.renewals.delete(key));
    this.renewals.set(key, running);
    return running;
  }

  async store(server: McpServer, userId: string, grant: Grant): Promise<void> {
    const at = now();
    const ciphertext = this.cipher.encrypt(JSON.stringify(grant), purposeOf(server.id, userId));
    const row = { id: newId(), serverId: server.id, userId, resource: resourceOf(server), ciphertext };
    await this.database.write(async (tx) => {
      await tx.delete(McpGrantEntity, { serverId: server.id, userId });
      await tx.insert(McpGrantEntity, { ...row, createdAt: at, updatedAt: at });
    });
  }

  /** Forgets the user's sign-in, here and, where that can be, at its authorization server. @returns whether there was one */
  async revoke(server: McpServer, userId: string): Promise<boolean> {
    const found = await this.find(server, userId);
    const removed = await this.remove(server.id, userId);
    if (found !== undefined) {
      await this.revokeThere(server, found).catch((error: unknown) => {
        this.logger.warn({ err: error, server: server.id }, 'a token of an MCP server could not be revoked there');
      });
    }
    return removed;
  }

  serverAt(server: McpServer): AuthorizationServer {
    const variable = server.auth.kind === 'oauth' ? server.auth.clientSecretVariable : null;
    const secret = variable === null ? undefined : this.environment.get(variable);
    return new AuthorizationServer(server, secret, this.guard);
  }

  private async find(server: McpServer, userId: string): Promise<Grant | undefined> {
    const row = await this.database.read.findOneBy(McpGrantEntity, { serverId: server.id, userId });
    // The operator may have given the name to another address.
    if (row === null || row.resource !== resourceOf(server)) return undefined;
    try {
      return JSON.parse(this.cipher.decrypt(row.ciphertext, purposeOf(server.id, userId))) as Grant;
    } catch {
      return undefined;
    }
  }

  private async renewed(server: McpServer, userId: string, { client, refreshToken }: Grant): Promise<string> {
    if (refreshToken === null) return this.lost(server, userId);
    const there = this.serverAt(server);
    try {
      const configuration = await there.discovered(client);
      const tokens = await oidc.refreshTokenGrant(configuration, refreshToken, { resource: there.audience });
      const grant = grantOf(client, tokens, refreshToken);
      await this.store(server, userId, grant);
      return grant.accessToken;
    } catch (error) {
      // Refused for good; what could not be asked may be asked again.
      if (error instanceof oidc.ResponseBodyError && error.status < 500) return this.lost(server, userId);
      this.logger.warn({ err: error, server: server.id }, 'a token of an MCP server could not be renewed');
      throw new McpFailure('unreachable', 'is not asked, as the sign-in could not be renewed now');
    }
  }

  private async lost(server: McpServer, userId: string): Promise<never> {
    await this.remove(server.id, userId);
    throw notSignedIn();
  }

  private async remove(serverId: string, userId: string): Promise<boolean> {
    const result = await this.database.write((tx) => tx.delete(McpGrantEntity, { serverId, userId }));
    return (result.affected ?? 0) > 0;
  }

  private async revokeThere(server: McpServer, { client, refreshToken, accessToken }: Grant): Promise<void> {
    const configuration = await this.serverAt(server).discovered(client);
    if (configuration.serverMetadata().revocation_endpoint === undefined) return;
    await oidc.tokenRevocation(configuration, refreshToken ?? accessToken);
  }
}

/** @param earlier refresh token, which stays good where no other comes */
export function grantOf(client: OauthClient, tokens: oidc.TokenEndpointResponse, earlier: string | null = null): Grant {
  const { access_token: accessToken, refresh_token, expires_in: seconds } = tokens;
  const expiresAt = seconds === undefined ? null : Date.now() + seconds * 1000;
  return { client, accessToken, refreshToken: refresh_token ?? earlier, expiresAt };
}

const notSignedIn = (): McpFailure => new McpFailure('sign_in_required', 'needs you to sign in to it');
