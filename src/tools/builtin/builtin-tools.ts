import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ToolsConfig } from '../../config/tools.config';
import type { Tool } from '../tool';
import type { LoadedTools, ToolSource } from '../tool-set';
import { BashTool } from './bash-tool';
import { EnvironmentTool } from './environment-tool';
import { FILE_TOOLS, FileTool } from './file-tools';
import { installRunner } from './runner-files';
import { SearchTool } from './search-tool';

export interface BuiltinSettings {
  /** Folder that every sandbox shows and none can write. */
  readonly sandbox: string;
  /** Folders where programs are looked for, codex's own first. */
  readonly searchPath: readonly string[];
  readonly config: ToolsConfig;
}

/** The tools that come with the service. All of them work inside of the sandbox of their chat, which is that of Linux. */
export class BuiltinTools implements ToolSource {
  readonly kind = 'builtin';
  private installed: Promise<string> | undefined;

  constructor(private readonly settings: BuiltinSettings) {}

  load(): Promise<LoadedTools> {
    if (process.platform !== 'linux') return Promise.resolve({ tools: [], problems: [] });
    const { config } = this.settings;
    const timeoutMs = config.timeoutSeconds * 1000;
    const ripgrep = this.find('rg');
    const tools: Tool[] = [
      ...FILE_TOOLS.map((name) => new FileTool(name, () => this.runner(), timeoutMs)),
      new BashTool(config.timeoutSeconds),
      new EnvironmentTool(config),
      ...(ripgrep === undefined ? [] : [new SearchTool(ripgrep, timeoutMs)]),
    ];
    return Promise.resolve({ tools, problems: [] });
  }

  /** Put in place for the first call: it takes some 50 MB. One that could not be is tried again. */
  private runner(): Promise<string> {
    this.installed ??= installRunner(this.settings.sandbox).catch((error: unknown) => {
      this.installed = undefined;
      throw error;
    });
    return this.installed;
  }

  private find(program: string): string | undefined {
    const folders = this.settings.searchPath.flatMap((path) => path.split(delimiter));
    return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  }
}
