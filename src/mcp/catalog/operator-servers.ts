import { Injectable, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../common/domain.error';
import { ComponentLogger, Logger } from '../../common/logger';
import { BackendsWatch } from '../../gateway/catalog/backends-watch';
import { checkedYaml, configText } from '../../gateway/catalog/checked-yaml';
import { DataDirectories } from '../../runtime/data-directories';
import { mcpFileSchema, operatorServer } from './mcp-schema';
import { McpServer } from './mcp-server';

export const MCP_FILE = 'mcp.yaml';

/** The MCP servers of `mcp.yaml`, read at the start and whenever it changes. */
@Injectable()
export class OperatorServers implements OnModuleInit, OnApplicationShutdown {
  private byId: ReadonlyMap<string, McpServer> = new Map();
  private watch: BackendsWatch | undefined;
  private readonly path: string;
  private readonly logger: ComponentLogger;

  constructor(directories: DataDirectories, logger: Logger) {
    this.path = join(directories.globalConfig, MCP_FILE);
    this.logger = logger.child({ component: 'mcp' });
  }

  /** @throws ConfigError with path, line and field of the first mistake */
  onModuleInit(): void {
    this.byId = this.read();
    this.watch = new BackendsWatch(this.path, () => this.reload());
  }

  onApplicationShutdown(): void {
    this.watch?.stop();
  }

  list(): McpServer[] {
    return [...this.byId.values()];
  }

  find(id: string): McpServer | undefined {
    return this.byId.get(id);
  }

  private reload(): void {
    try {
      this.byId = this.read();
      this.logger.info({ servers: [...this.byId.keys()] }, `${MCP_FILE} has changed and is in force`);
    } catch (error) {
      this.logger.error({ reason: messageOf(error) }, `${MCP_FILE} is broken; the old one stays in force`);
    }
  }

  private read(): ReadonlyMap<string, McpServer> {
    if (!existsSync(this.path)) return new Map();
    const { servers } = checkedYaml(mcpFileSchema, configText(this.path), this.path);
    return new Map(servers.map((entry) => [entry.id, operatorServer(entry)]));
  }
}
