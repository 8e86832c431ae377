/** Every type that a scripted provider can stand for; `azure-dated` is the type `azure` with an old API version. */
export const BACKENDS = [
  ...['openai', 'azure', 'azure-dated', 'openai-compatible', 'ollama', 'vllm', 'mistral', 'deepseek'],
  ...['anthropic', 'google', 'bedrock', 'groq', 'xai', 'openrouter'],
] as const;

/** Those that speak the Responses API themselves. */
export const NATIVE = ['openai', 'azure'];
/** Those that are asked through the chat completions API, in any way; xAI has the Responses API for `/v1/responses`. */
export const CHAT_SPEAKING = [
  ...['azure-dated', 'openai-compatible', 'ollama', 'vllm', 'mistral', 'deepseek', 'groq', 'openrouter'],
];
export const TRANSLATED = [...CHAT_SPEAKING, 'xai', 'anthropic', 'google', 'bedrock'];
/** The loose family, whose servers are many. */
export const COMPATIBLE = ['openai-compatible', 'ollama', 'vllm'];

/** Name of the variable that holds the scripted providers' key. */
export const CONTRACT_KEY = 'CONTRACT_KEY';

/** A backend beside the standard ones. */
export interface MoreBackend {
  readonly id: string;
  readonly type: string;
  /** Default: `m-<id>`; another one ends so. */
  readonly model?: string;
  /** More fields, as YAML. */
  readonly more?: string;
  /** Default: the scripted provider's. */
  readonly url?: string;
}

/** The text of `llm_backends.yaml`: the model of each backend is named after its id. */
export function backendsYaml(url: string, more: readonly MoreBackend[]): string {
  const standard: MoreBackend[] = BACKENDS.map((id) => ({ id, type: id === 'azure-dated' ? 'azure' : id }));
  const lines = [...standard, ...more].map((backend) => `  - {${entry(backend, url)}}`);
  return ['backends:', ...lines, '  - {id: demo, type: demo}', ''].join('\n');
}

function entry({ id, type, more = '', url: own, model = `m-${id}` }: MoreBackend, url: string): string {
  const root = url.replace('/v1', '');
  const plain = id === 'azure-dated' ? ', api_version: 2025-01-01-preview' : '';
  const address = type === 'azure' ? `azure_endpoint: "${root}"${plain}` : `base_url: "${own ?? url}"`;
  const levels = more.includes('reasoning_levels') ? '' : ', reasoning_levels: [low, medium, high]';
  const retries = more.includes('max_retries') ? '' : ', max_retries: 0';
  const rest = more === '' ? '' : `, ${more}`;
  return `id: ${id}, type: ${type}, ${address}, api_key_env: ${CONTRACT_KEY}, model: ${model}${retries}${levels}${rest}`;
}
