import { Injectable, OnApplicationShutdown, Optional } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { now } from '../../common/clock';
import { messageOf } from '../../common/domain.error';
import { ComponentLogger, Logger } from '../../common/logger';
import { ConfigError } from '../../config/config.error';
import { GatewayConfig } from '../../config/gateway.config';
import { StorageConfig } from '../../config/storage.config';
import { CatalogModel } from '../../runtime/model-catalog.types';
import { Backend } from './backend';
import { configText } from './checked-yaml';
import { BackendKeys } from './backend-keys';
import { backendOf } from './backend-of';
import { BackendEntry } from './backend-schema';
import { BackendsFile, parseBackendsFile } from './backends-file';
import { BackendsWatch } from './backends-watch';
import { KnownModels, ModelFacts } from './known-models';
import { ListedModel, LoadedBackends, ResolvedModel } from './loaded-backends';
import { isModelName, MODEL_NAME_RULE } from './model-name';
import { ProviderTypes } from './provider-types';

/** Notified after a changed configuration was taken over. */
export type BackendsListener = () => void;

/** When the files were read last, and why what they say then is not in force; null: it is. */
export interface BackendsReading {
  readonly at: string;
  readonly fault: string | null;
}

/**
 * The configured model backends: `global_config/llm_backends.yaml` under CODEX_DATA_ROOT; without that file, OpenAI
 * if OPENAI_API_KEY is set, and the demo model. What it does not say of a model, the lists of known models may.
 */
@Injectable()
export class BackendRegistry implements OnApplicationShutdown {
  private loaded: LoadedBackends | undefined;
  private lastReading: BackendsReading = { at: now(), fault: null };
  /** Backends by what the file says of them, so that an unchanged one stays the same object. */
  private known = new Map<string, Backend>();
  private readonly knownModels: KnownModels;
  private watches: readonly BackendsWatch[] = [];
  private readonly listeners = new Set<BackendsListener>();
  private readonly logger: ComponentLogger | undefined;

  constructor(
    private readonly storage: StorageConfig,
    private readonly config: GatewayConfig,
    private readonly keys: BackendKeys,
    private readonly providers: ProviderTypes,
    @Optional() logger?: Logger,
  ) {
    this.logger = logger?.child({ component: 'gateway' });
    this.knownModels = new KnownModels(this.pathOf('models.yaml'), providers.types, this.logger);
  }

  /**
   * Reads the files; called once at boot. From then on a changed file is taken over by itself.
   *
   * @throws ConfigError naming the file, the line, the entry and the field that is wrong.
   */
  load(): void {
    this.knownModels.load();
    this.read();
    if (this.watches.length > 0) return;
    this.watches = [
      new BackendsWatch(this.path, () => this.reload()),
      new BackendsWatch(this.pathOf('models.yaml'), () => this.reloadKnownModels()),
    ];
  }

  get reading(): BackendsReading {
    return this.lastReading;
  }

  /** Reads the file anew. A broken one changes nothing but the log. @returns whether it was taken over. */
  reload(): boolean {
    return this.takeOver('llm_backends.yaml');
  }

  /** Calls `listener` after each change. @returns a function that ends that. */
  onChange(listener: BackendsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onApplicationShutdown(): void {
    for (const watch of this.watches) watch.stop();
  }

  list(): readonly Backend[] {
    return [...this.state.byId.values()];
  }

  find(id: string): Backend | undefined {
    return this.state.byId.get(id);
  }

  get default(): Backend {
    return this.state.fallback;
  }

  /** What a request means by `backend`, `backend/model` or an alias. */
  resolve(name: string): ResolvedModel | undefined {
    return this.state.resolve(name);
  }

  /** Every model that the file gives a name, by each of its names. */
  models(): ListedModel[] {
    return this.state.listed();
  }

  /** What codex reads about each model. */
  catalogModels(): CatalogModel[] {
    return this.state.catalogModels();
  }

  private reloadKnownModels(): void {
    if (!this.knownModels.reload()) return;
    this.known.clear();
    this.takeOver('models.yaml');
  }

  private takeOver(file: string): boolean {
    try {
      this.read();
    } catch (error) {
      this.lastReading = { at: now(), fault: messageOf(error) };
      this.logger?.error({ reason: messageOf(error) }, 'llm_backends.yaml is broken; the old one stays in force');
      return false;
    }
    this.logger?.info({ backends: [...this.state.byId.keys()] }, `${file} has changed and is in force`);
    for (const listener of this.listeners) this.notify(listener);
    return true;
  }

  private get path(): string {
    return this.pathOf('llm_backends.yaml');
  }

  private pathOf(file: string): string {
    return join(this.storage.dataRoot, 'global_config', file);
  }

  private get state(): LoadedBackends {
    if (this.loaded === undefined) throw new Error('the backends are not loaded yet');
    return this.loaded;
  }

  private read(): void {
    const { path } = this;
    const { entries, defaultId } = existsSync(path)
      ? parseBackendsFile(configText(path), path, this.providers)
      : this.builtIn();
    const known = new Map(entries.map((entry) => [JSON.stringify(entry), this.backendOf(entry)]));
    const byId = new Map([...known.values()].map((backend) => [backend.id, backend]));
    const fallback = byId.get(defaultId);
    if (fallback === undefined) throw new ConfigError(`${path}: there is no backend "${defaultId}"`);
    this.known = known;
    this.loaded = new LoadedBackends(byId, fallback);
    this.lastReading = { at: now(), fault: null };
    this.tellOfPrices();
  }

  private backendOf(entry: BackendEntry): Backend {
    const known = this.known.get(JSON.stringify(entry));
    if (known !== undefined) return known;
    const provider = this.providers.get(entry.type).settings.defaults;
    const vendor = this.vendorOf(entry);
    const factsOf = (model: string): ModelFacts => this.knownModels.find(vendor, model);
    return backendOf(entry, { provider, idleMs: this.config.idleTimeoutSeconds * 1000, factsOf }, this.keys);
  }

  /** The type whose models a backend has: its own, or for a compatible one that of the provider with the same host. */
  private vendorOf({ type, base_url, deployments = [] }: BackendEntry): string {
    if (type !== 'openai-compatible') return type;
    const hosts = new Set([base_url ?? [], deployments.map((one) => one.base_url ?? [])].flat(2).map(hostOf));
    const isAt = (other: string): boolean => {
      const address = this.providers.get(other).settings.defaults.baseUrl;
      return address !== undefined && hosts.size === 1 && hosts.has(hostOf(address));
    };
    return this.providers.types.find(isAt) ?? type;
  }

  /** So that nobody has to guess where a cost comes from. */
  private tellOfPrices(): void {
    const listed = this.models().map(({ name, spec }) => [name, spec.price?.list] as const);
    const prices = Object.fromEntries(listed.filter(([, list]) => list !== undefined));
    if (Object.keys(prices).length > 0) this.logger?.info({ prices }, 'these prices are from models.yaml');
  }

  private builtIn(): BackendsFile {
    const demo: BackendEntry = { id: 'demo', type: 'demo' };
    if (this.config.openaiApiKey === '') return { entries: [demo], defaultId: 'demo' };
    if (!isModelName(this.config.model)) throw new ConfigError(`CODEX_MODEL must be ${MODEL_NAME_RULE}.`);
    const openai: BackendEntry = { id: 'openai', type: 'openai', model: this.config.model };
    return { entries: [openai, demo], defaultId: 'openai' };
  }

  private notify(listener: BackendsListener): void {
    try {
      listener();
    } catch (error) {
      this.logger?.error({ err: error }, 'a listener to the backends failed');
    }
  }
}

const hostOf = (address: string): string => new URL(address).host;
