import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { messageOf } from '../../common/domain.error';
import { ConfigError } from '../../config/config.error';
import { GatewayConfig } from '../../config/gateway.config';
import { StorageConfig } from '../../config/storage.config';
import { CatalogModel } from '../../runtime/model-catalog.types';
import { ProviderTable } from '../providers/provider-table';
import { Backend } from './backend';
import { BackendEntry } from './backend-entry';
import { BackendKeys } from './backend-keys';
import { parseBackendsFile } from './backends-file';

const DEFAULT_CONTEXT_WINDOW = 128_000;

interface Loaded {
  readonly backends: ReadonlyMap<string, Backend>;
  readonly default: Backend;
}

/**
 * The configured model backends: `global_config/llm_backends.yaml` under CODEX_DATA_ROOT; without that file, OpenAI
 * if OPENAI_API_KEY is set, and the demo model.
 */
@Injectable()
export class BackendRegistry {
  private loaded: Loaded | undefined;

  constructor(
    private readonly storage: StorageConfig,
    private readonly config: GatewayConfig,
    private readonly keys: BackendKeys,
    private readonly providers: ProviderTable,
  ) {}

  /**
   * Reads the file anew; called once at boot.
   *
   * @throws ConfigError naming the file, the line, the entry and the field that is wrong.
   */
  load(): void {
    const path = join(this.storage.dataRoot, 'global_config', 'llm_backends.yaml');
    const { entries, defaultId } = existsSync(path)
      ? parseBackendsFile(readText(path), path, this.providers)
      : this.builtIn();
    const backends = new Map(entries.map((entry) => [entry.id, this.backendOf(entry)]));
    const fallback = backends.get(defaultId);
    if (fallback === undefined) throw new ConfigError(`${path}: there is no backend "${defaultId}"`);
    this.loaded = { backends, default: fallback };
  }

  list(): readonly Backend[] {
    return [...this.state.backends.values()];
  }

  find(id: string): Backend | undefined {
    return this.state.backends.get(id);
  }

  get default(): Backend {
    return this.state.default;
  }

  /** What codex is told about each backend. */
  catalogModels(): CatalogModel[] {
    return this.list().map(({ id, displayName, contextWindow, inputModalities }) => ({
      slug: id,
      displayName,
      contextWindow,
      inputModalities,
    }));
  }

  private get state(): Loaded {
    if (this.loaded === undefined) throw new Error('the backends are not loaded yet');
    return this.loaded;
  }

  private builtIn(): { entries: BackendEntry[]; defaultId: string } {
    const demo: BackendEntry = { id: 'demo', type: 'demo' };
    if (this.config.openaiApiKey === '') return { entries: [demo], defaultId: 'demo' };
    const openai: BackendEntry = { id: 'openai', type: 'openai', model: this.config.model };
    return { entries: [openai, demo], defaultId: 'openai' };
  }

  private backendOf(entry: BackendEntry): Backend {
    const { defaults } = this.providers.get(entry.type).settings;
    const apiKeyEnv = entry.apiKeyEnv ?? defaults.apiKeyEnv ?? null;
    const ready = apiKeyEnv === null || this.keys.find(apiKeyEnv) !== undefined;
    return {
      id: entry.id,
      type: entry.type,
      model: entry.model ?? defaults.model ?? entry.id,
      displayName: entry.displayName ?? defaults.displayName ?? entry.id,
      baseUrl: (entry.baseUrl ?? defaults.baseUrl)?.replace(/\/+$/, '') ?? null,
      apiKeyEnv,
      contextWindow: entry.contextWindow ?? DEFAULT_CONTEXT_WINDOW,
      inputModalities: entry.inputModalities ?? ['text', 'image'],
      ready,
      notReadyReason: ready ? null : `its key variable ${apiKeyEnv} is not set`,
    };
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${messageOf(error)}`);
  }
}
