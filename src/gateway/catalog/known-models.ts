import { configText } from './checked-yaml';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../common/domain.error';
import { ComponentLogger } from '../../common/logger';
import { packageRoot } from '../../common/service-version';
import { compiledModels } from './compiled-models';
import { KnownModelEntry, parseKnownModels } from './known-model-schema';
import { ModelList } from './model-list';
import { priceOf } from './model-schema';
import { ModelSpec, Price } from './model-spec';

/** The list of the service itself. */
export const SHIPPED_MODELS = join(packageRoot, 'config', 'models.yaml');

/** What a list says of a model; a field that is undefined it says nothing of. */
export interface ModelFacts {
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly inputModalities?: ModelSpec['inputModalities'];
  readonly reasoningLevels?: ModelSpec['reasoningLevels'];
  readonly price?: Price;
}

/**
 * The widest window, in tokens, that the service's own list gives a model on a server that somebody runs himself: it may
 * well serve less than the model could take, and a conversation that grows beyond what is served cannot go on.
 *
 * Ollama serves 4,096, 32,768 or 262,144 tokens, by the memory of the graphics card, unless told otherwise
 * (https://docs.ollama.com/context-length). vLLM serves the model's whole window unless told otherwise.
 */
const SERVED_AT_MOST: Readonly<Record<string, number>> = {
  ollama: 32_768,
  vllm: 128_000,
  'openai-compatible': 128_000,
};

/** @throws ConfigError as parseKnownModels */
function shippedModels(types: readonly string[]): readonly KnownModelEntry[] {
  const yaml = configText(SHIPPED_MODELS);
  return compiledModels(yaml) ?? parseKnownModels(yaml, SHIPPED_MODELS, types);
}

/** Read once; it changes only with the service. */
let shippedList: ModelList | undefined;

/** What is known of common models: by the operator's own `models.yaml`, and where that is silent by the service's. */
export class KnownModels {
  private own = new ModelList([]);

  constructor(
    private readonly ownPath: string,
    private readonly types: readonly string[],
    private readonly logger?: ComponentLogger,
  ) {}

  /** Reads both lists. @throws ConfigError naming the file, the line, the entry and the field that is wrong. */
  load(): void {
    shippedList ??= new ModelList(shippedModels(this.types));
    this.own = existsSync(this.ownPath) ? this.read(this.ownPath) : new ModelList([]);
  }

  /** Reads the operator's list anew. A broken one changes nothing but the log. @returns whether it was taken over. */
  reload(): boolean {
    try {
      this.load();
      return true;
    } catch (error) {
      this.logger?.error({ reason: messageOf(error) }, 'models.yaml is broken; the old one stays in force');
      return false;
    }
  }

  /** @param type of the provider, @param model the provider's name of it. */
  find(type: string, model: string): ModelFacts {
    const shipped = factsOf(shippedList?.find(type, model), type);
    const contextWindow = least(shipped.contextWindow, SERVED_AT_MOST[type]);
    return { ...shipped, contextWindow, ...said(factsOf(this.own.find(type, model), type)) };
  }

  private read(path: string): ModelList {
    return new ModelList(parseKnownModels(configText(path), path, this.types));
  }
}

function factsOf(entry: KnownModelEntry | undefined, type: string): ModelFacts {
  if (entry === undefined) return {};
  const { providers, price_providers: priced = providers, as_of: day } = entry;
  const price = priced.includes(type) ? priceOf(entry) : undefined;
  return {
    contextWindow: entry.context_window,
    maxOutputTokens: entry.max_output_tokens,
    inputModalities: entry.input_modalities,
    reasoningLevels: entry.reasoning_levels,
    price: price && { ...price, list: day === undefined ? entry.id : `${entry.id} as of ${day}` },
  };
}

/** Without the fields that are undefined, which would hide what another list says. */
const said = (facts: ModelFacts): ModelFacts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

const least = (window: number | undefined, most = Infinity): number | undefined =>
  window === undefined ? undefined : Math.min(window, most);
