import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Agent } from 'undici';
import type { ToolsConfig } from '../../config/tools.config';
import { ToolSecrets } from '../secrets-file';
import type { Tool } from '../tool';
import type { LoadedTools, ToolSource } from '../tool-set';
import { HttpTool } from './http-tool';
import { openAgent, publicAgent } from './public-agent';
import { HttpToolEntry, parseToolsFile, ToolsFile } from './tools-file';

const FILE = 'tools.yaml';

/** The tools of the operator's `tools.yaml`. */
export class HttpTools implements ToolSource {
  readonly kind = 'http';
  private readonly agents: { public: Agent; open: Agent } = { public: publicAgent(), open: openAgent() };

  /** @param secretsFile path of the file of secrets */
  constructor(
    private readonly config: Pick<ToolsConfig, 'folder' | 'timeoutSeconds'>,
    private readonly secretsFile: string,
  ) {}

  async load(): Promise<LoadedTools> {
    if (this.config.folder === '') return { tools: [], problems: [] };
    const path = join(resolve(this.config.folder), FILE);
    const yaml = await readFile(path, 'utf8').catch(() => undefined);
    if (yaml === undefined) return { tools: [], problems: [] };
    const file = parseToolsFile(yaml, path);
    const secrets = await ToolSecrets.read(this.secretsFile);
    const tools: Tool[] = [];
    const problems: string[] = [];
    for (const entry of file.tools) {
      try {
        tools.push(this.toolOf(entry, file, secrets));
      } catch (error) {
        problems.push(`the tool "${entry.name}" of ${FILE} is left out: ${(error as Error).message}`);
      }
    }
    return { tools, problems };
  }

  /** Ends its connections. */
  async close(): Promise<void> {
    await Promise.all([this.agents.public.destroy(), this.agents.open.destroy()]);
  }

  private toolOf(entry: HttpToolEntry, file: ToolsFile, known: ToolSecrets): Tool {
    const host = hostOf(entry.url);
    if (!file.allowed_hosts.includes(host)) throw new Error(`${host} is not among allowed_hosts`);
    const isPrivate = file.private_hosts.includes(host);
    return new HttpTool({
      ...{ entry, isPrivate, agent: isPrivate ? this.agents.open : this.agents.public },
      secrets: known.pick(entry.auth === undefined ? [] : [entry.auth.secret]),
      timeoutSeconds: entry.timeout_seconds ?? this.config.timeoutSeconds,
    });
  }
}

/** What the model gives goes behind the host. */
function hostOf(url: string): string {
  const [origin = ''] = /^https?:\/\/[^/?#]*/.exec(url) ?? [];
  if (/[{}@]/.test(origin)) throw new Error('its host is fixed: it has neither fields nor a user');
  return new URL(origin).host;
}
