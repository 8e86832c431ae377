import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config/config.error';
import { ChildEnvironment } from './child-environment';
import { CodexBinary } from './codex-binary';
import { DataDirectories } from './data-directories';
import { CatalogModel } from './model-catalog.types';
import { replaceFile } from './replace-file';

/** The bundled model whose entry the others are made from. */
const BASE_SLUG = 'gpt-5.5';

type CatalogEntry = Record<string, unknown>;

/**
 * The file that tells codex which models there are. Codex reads it once, when it starts.
 *
 * A model without an entry draws a warning on every turn and gets no `apply_patch`.
 */
export class ModelCatalog {
  private readonly path: string;

  constructor(
    private readonly directories: DataDirectories,
    private readonly binary: CodexBinary,
    private readonly environment: ChildEnvironment,
  ) {
    this.path = join(directories.tools, 'model_catalog.json');
  }

  /** Null until `write` was called, in this run of the service or an earlier one. */
  get file(): string | null {
    return existsSync(this.path) ? this.path : null;
  }

  /** @throws ConfigError when the binary does not print its own models. */
  async write(models: readonly CatalogModel[]): Promise<void> {
    const base = await this.baseEntry();
    await replaceFile(this.path, JSON.stringify({ models: models.map((model) => entryOf(model, base)) }));
  }

  /** Asked of the binary once per version, so that a start of the service does not start codex for it. */
  private async baseEntry(): Promise<CatalogEntry> {
    const version = await this.binary.version();
    const cache = join(this.directories.tools, `model_catalog.base-${version}.json`);
    if (existsSync(cache)) return JSON.parse(await readFile(cache, 'utf8')) as CatalogEntry;
    const printed = await this.binary.print(['debug', 'models', '--bundled'], this.environment.ofBareCodex());
    const { models } = JSON.parse(printed) as { models: CatalogEntry[] };
    const base = models.find(({ slug }) => slug === BASE_SLUG);
    if (base === undefined) throw new ConfigError(`codex ${version} bundles no model "${BASE_SLUG}" to start from`);
    await replaceFile(cache, JSON.stringify(base));
    return base;
  }
}

/** The base entry without what only OpenAI's own models and services can do. */
function entryOf(model: CatalogModel, base: CatalogEntry): CatalogEntry {
  return {
    ...base,
    slug: model.slug,
    display_name: model.displayName,
    description: model.displayName,
    context_window: model.contextWindow,
    max_context_window: model.contextWindow,
    input_modalities: model.inputModalities,
    base_instructions: String(base.base_instructions).replace(' based on GPT-5', ''),
    apply_patch_tool_type: model.applyPatch === false ? null : 'freeform',
    ...(model.reasoningLevels === undefined ? {} : reasoningOf(model.reasoningLevels, base)),
    use_responses_lite: false,
    tool_mode: null,
    multi_agent_version: null,
    experimental_supported_tools: [],
    supports_search_tool: false,
    support_verbosity: false,
    default_verbosity: null,
    model_messages: null,
    service_tiers: [],
    additional_speed_tiers: [],
    upgrade: null,
  };
}

/** The efforts to choose from, and the one in the middle for those who do not choose. */
function reasoningOf(levels: readonly string[], base: CatalogEntry): CatalogEntry {
  const described = Array.isArray(base.supported_reasoning_levels)
    ? (base.supported_reasoning_levels as unknown[])
    : [];
  const describe = (effort: string): unknown =>
    described.find((level) => isLevel(level) && level.effort === effort) ?? { effort, description: effort };
  const usual = levels.find((level) => level === 'medium') ?? levels[Math.floor(levels.length / 2)];
  return { supported_reasoning_levels: levels.map(describe), default_reasoning_level: usual ?? null };
}

const isLevel = (value: unknown): value is { readonly effort: string } =>
  typeof value === 'object' && value !== null && 'effort' in value;
