import { readdir } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { ComponentLogger } from '../../common/logger';
import { Semaphore } from '../../common/semaphore';
import type { ToolsConfig } from '../../config/tools.config';
import { ToolSecrets } from '../secrets-file';
import type { Tool } from '../tool';
import type { LoadedTools, ToolSource } from '../tool-set';
import { CustomTool } from './custom-tool';
import { customToolSpec } from './custom-tool-spec';
import { askTool } from './tool-host';

const MAX_FILES = 200;
/** What a tool may take to say what it is. */
const DESCRIBE_SECONDS = 15;

export interface CustomToolsSettings {
  readonly config: ToolsConfig;
  /** Path of the file of secrets. */
  readonly secretsFile: string;
  readonly logger: ComponentLogger;
}

/** The tools that are files in the operator's folder. One that cannot be loaded is left out. */
export class CustomTools implements ToolSource {
  readonly kind = 'custom';
  private readonly calls: Semaphore;

  constructor(private readonly settings: CustomToolsSettings) {
    this.calls = new Semaphore(settings.config.callsMax);
  }

  /** All are loaded, so that a broken one is told of before it is wanted. */
  async load(): Promise<LoadedTools> {
    const { config, secretsFile } = this.settings;
    if (config.folder === '') return { tools: [], problems: [] };
    const folder = resolve(config.folder);
    const names = (await readdir(folder)).filter(
      (name) => ['.mjs', '.js'].includes(extname(name)) && !/^[._]|\.test\./.test(name),
    );
    const secrets = await ToolSecrets.read(secretsFile);
    const tools: Tool[] = [];
    const problems =
      names.length > MAX_FILES ? [`TOOLS_DIR has more than ${MAX_FILES} tools; the others are left out`] : [];
    for (const name of names.sort().slice(0, MAX_FILES)) {
      try {
        tools.push(await this.toolOf(join(folder, name), secrets));
      } catch (error) {
        problems.push(`the tool in ${name} is left out: ${wordsOf(error)}`);
      }
    }
    return { tools, problems };
  }

  private async toolOf(file: string, known: ToolSecrets): Promise<Tool> {
    const { config, logger } = this.settings;
    const { memoryMb } = config;
    const request = { kind: 'describe', file, timeoutSeconds: DESCRIBE_SECONDS, memoryMb } as const;
    const spec = customToolSpec.parse(await askTool(request, new AbortController().signal));
    const timeoutSeconds = spec.timeoutSeconds ?? config.timeoutSeconds;
    const limits = { timeoutSeconds, memoryMb, calls: this.calls };
    return new CustomTool({ file, spec, secrets: known.pick(spec.secrets), ...limits, logger });
  }
}

const wordsOf = (error: unknown): string =>
  error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
