import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ToolsConfig } from '../../config/tools.config';
import type { Tool } from '../tool';
import type { LoadedTools, ToolSource } from '../tool-set';
import { BashTool } from './bash-tool';
import { FileTool } from './file-tools';
import { installRunner } from './runner-files';
import { SearchTool } from './search-tool';

const FILE_TOOLS = ['file_read', 'file_write', 'file_edit'] as const;
const BUILTIN: readonly string[] = [...FILE_TOOLS, 'bash', 'search'];

export interface BuiltinSettings {
  /** Folder that every sandbox shows and none can write. */
  readonly sandbox: string;
  /** Folders where programs are looked for, codex's own first. */
  readonly searchPath: readonly string[];
  readonly config: ToolsConfig;
}

/** The tools that come with the service. All of them work inside of the sandbox of their chat. */
export class BuiltinTools implements ToolSource {
  constructor(private readonly settings: BuiltinSettings) {}

  async load(wanted: ReadonlySet<string>): Promise<LoadedTools> {
    const names = BUILTIN.filter((name) => wanted.has(name));
    if (names.length === 0) return { tools: [], problems: [] };
    if (process.platform !== 'linux') {
      return { tools: [], problems: [`${names.join(', ')} need codex's sandbox of Linux, and are left out`] };
    }
    const { sandbox, config } = this.settings;
    const timeoutMs = config.timeoutSeconds * 1000;
    const tools: Tool[] = [];
    const problems: string[] = [];
    const files = FILE_TOOLS.filter((name) => wanted.has(name));
    if (files.length > 0) {
      const runner = await installRunner(sandbox);
      tools.push(...files.map((name) => new FileTool(name, runner, timeoutMs)));
    }
    if (wanted.has('bash')) tools.push(new BashTool(config.timeoutSeconds));
    if (wanted.has('search')) {
      const ripgrep = this.find('rg');
      if (ripgrep === undefined)
        problems.push('search is left out: rg (ripgrep) is neither beside codex nor on the PATH');
      else tools.push(new SearchTool(ripgrep, timeoutMs));
    }
    return { tools, problems };
  }

  private find(program: string): string | undefined {
    const folders = this.settings.searchPath.flatMap((path) => path.split(delimiter));
    return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  }
}
