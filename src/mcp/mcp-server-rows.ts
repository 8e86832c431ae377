import { Injectable } from '@nestjs/common';
import { Access, AccessLevel } from '../access/access';
import { AuditLog } from '../access/audit/audit-log';
import { isReader, READER } from '../access/service-role';
import type { User } from '../auth/user';
import { now } from '../common/clock';
import { conflict, DomainError, invalid, notFound } from '../common/domain.error';
import { isId, newId } from '../common/ids';
import { McpConfig } from '../config/mcp.config';
import { Database } from '../database/database';
import { insert, update } from '../database/rows';
import { SecretCipher } from '../gateway/catalog/secret-cipher';
import { DEFAULT_STARTUP_TIMEOUT, DEFAULT_TOOL_TIMEOUT, McpServer, wordOf } from './catalog/mcp-server';
import { OperatorServers } from './catalog/operator-servers';
import { bearerPurpose } from './mcp-credentials';
import { CreateMcpServerDto, UpdateMcpServerDto } from './mcp-server.dto';
import { McpServerEntity } from './mcp-server.entity';
import { HostGuard } from './net/host-guard';
import { McpGrantEntity } from './oauth/mcp-grant.entity';
import { McpBindings } from './proxy/mcp-bindings';

/** MCP servers of users and projects: who may see, add and change them. */
@Injectable()
export class McpServerRows {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly config: McpConfig,
    private readonly guard: HostGuard,
    private readonly cipher: SecretCipher,
    private readonly operator: OperatorServers,
    private readonly bindings: McpBindings,
    private readonly audit: AuditLog,
  ) {}

  /** Those of the user and, where one is named, of a project, oldest first. */
  async list(userId: string, projectId: string | undefined): Promise<McpServerEntity[]> {
    const where = [{ userId }, ...(projectId === undefined ? [] : [{ projectId }])];
    return this.database.read.find(McpServerEntity, { where, order: { id: 'ASC' } });
  }

  /** @throws DomainError `mcp_server_not_found`, also for one that the user may not see; `read_only` */
  async find(user: User, id: string, level: AccessLevel): Promise<McpServerEntity> {
    const row = isId(id) ? await this.database.read.findOneBy(McpServerEntity, { id }) : null;
    if (row === null || (row.userId !== null && row.userId !== user.id)) throw notFound('mcp server', id);
    if (row.projectId !== null) {
      await this.access.requireProject(user, row.projectId, level).catch((error: unknown) => {
        throw error instanceof DomainError && error.status === 404 ? notFound('mcp server', id) : error;
      });
    } else if (level !== 'read' && isReader(user)) throw READER;
    return row;
  }

  /**
   * @throws DomainError `mcp_host_not_allowed`, `mcp_server_exists`, `too_many_mcp_servers`, `encryption_key_missing`,
   * `project_not_found`, `read_only`
   */
  async create(user: User, input: CreateMcpServerDto): Promise<McpServerEntity> {
    const { projectId = null } = input;
    if (projectId !== null) await this.access.requireProject(user, projectId, 'manage');
    else if (isReader(user)) throw READER;
    const owner = projectId === null ? { userId: user.id, projectId } : { userId: null, projectId };
    const id = newId();
    const at = now();
    const row: McpServerEntity = {
      ...{ id, ...owner, name: input.name, url: this.address(input.url), description: input.description ?? null },
      ...{ mode: input.mode ?? 'opt_in', auth: input.auth ?? 'none', secret: null, approval: input.approval ?? 'auto' },
      ...{ oauthClientId: input.oauthClientId ?? null, enabledTools: input.enabledTools ?? null },
      ...{ toolTimeoutSeconds: input.toolTimeoutSeconds ?? DEFAULT_TOOL_TIMEOUT, createdAt: at, updatedAt: at },
    };
    row.secret = this.secretOf(row, input.bearerToken);
    const isTaken = (name: string): boolean => wordOf(name) === wordOf(row.name);
    if (this.operator.list().some(({ name }) => isTaken(name))) throw exists(row.name);
    await this.database.write(async (tx) => {
      const others = await tx.findBy(McpServerEntity, projectId === null ? { userId: user.id } : { projectId });
      if (others.some(({ name }) => isTaken(name))) throw exists(row.name);
      if (others.length >= this.config.serversMax) throw tooMany(this.config.serversMax);
      await insert(McpServerEntity, row)(tx);
    });
    this.note('mcp_server.created', user, row);
    return row;
  }

  /**
   * A token, and sign-ins, belong to an address: another address has none of them.
   *
   * @throws DomainError as `find` and `create`
   */
  async update(user: User, id: string, change: UpdateMcpServerDto): Promise<McpServerEntity> {
    const row = await this.find(user, id, 'manage');
    const { bearerToken, url, ...plain } = change;
    const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
    const changed: McpServerEntity = {
      ...row,
      ...given,
      url: url === undefined ? row.url : this.address(url),
      updatedAt: now(),
    };
    const isElsewhere =
      changed.url !== row.url || changed.auth !== row.auth || changed.oauthClientId !== row.oauthClientId;
    const secret = this.secretOf(changed, bearerToken);
    changed.secret = secret ?? (isElsewhere ? null : row.secret);
    await this.database.write(async (tx) => {
      await update(McpServerEntity, { id }, changed)(tx);
      if (isElsewhere) await tx.delete(McpGrantEntity, { serverId: id });
    });
    this.bindings.forgetServer(id);
    this.note('mcp_server.changed', user, changed);
    return changed;
  }

  /** With all sign-ins to it. @throws DomainError as `find` */
  async delete(user: User, id: string): Promise<void> {
    const row = await this.find(user, id, 'manage');
    await this.database.write(async (tx) => {
      await tx.delete(McpServerEntity, { id });
      await tx.delete(McpGrantEntity, { serverId: id });
    });
    this.bindings.forgetServer(id);
    this.note('mcp_server.deleted', user, row);
  }

  private note(action: string, user: User, { id, name, url }: McpServerEntity): void {
    const detail = { name, host: new URL(url).host };
    this.audit.record({ action, by: user, target: { kind: 'mcp_server', id }, detail });
  }

  private address(text: string): string {
    const url = new URL(text);
    this.guard.requireAllowed(url);
    url.hash = '';
    return url.href;
  }

  private secretOf({ id, auth }: McpServerEntity, token: string | undefined): string | null {
    if (auth !== 'bearer' && token !== undefined) {
      throw invalid('validation_failed', 'bearerToken is only for auth "bearer".');
    }
    if (auth !== 'none' && !this.cipher.canEncrypt) {
      throw conflict('encryption_key_missing', 'Secrets can be stored once the operator has set ENCRYPTION_KEY.');
    }
    return token === undefined ? null : this.cipher.encrypt(token, bearerPurpose(id));
  }
}

const exists = (name: string): DomainError =>
  conflict('mcp_server_exists', `There is an MCP server "${name}" already.`);
const tooMany = (most: number): DomainError =>
  conflict('too_many_mcp_servers', `There are ${most} MCP servers already, which is the most (MCP_SERVERS_MAX).`);

/** A row as a server that chats can use. */
export const serverOfRow = (row: McpServerEntity): McpServer => ({
  ...{ id: row.id, name: row.name, scope: row.projectId === null ? 'user' : 'project', description: row.description },
  ...{
    mode: row.mode,
    transport: { kind: 'http', url: row.url },
    enabledTools: row.enabledTools,
    approval: row.approval,
  },
  auth: authOf(row),
  ...{ startupTimeoutSeconds: DEFAULT_STARTUP_TIMEOUT, toolTimeoutSeconds: row.toolTimeoutSeconds },
});

function authOf({ auth, oauthClientId }: McpServerEntity): McpServer['auth'] {
  if (auth === 'bearer') return { kind: 'bearer', variable: null };
  if (auth === 'none') return { kind: 'none' };
  return { kind: 'oauth', clientId: oauthClientId, clientSecretVariable: null, scopes: [] };
}
