import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { ScriptedReply } from '../../support/scripted-reply';
import { CodexProcess, CodexTurn } from './codex-process';
import { GatewayFixture, GatewayOptions } from './gateway-fixture';

/** Key of every scripted backend. */
export const PROVIDERS_KEY = 'sk-providers-secret-key-123456';

/** Each provider type that a scripted server can stand for; `bedrock` speaks a binary protocol. */
export const PROVIDER_BACKENDS = [
  'openai',
  'azure',
  'azure-v1',
  'openai-compatible',
  'anthropic',
  'google',
  'groq',
  'deepseek',
  'mistral',
  'xai',
  'openrouter',
  'ollama',
  'vllm',
] as const;
export type ProviderBackend = (typeof PROVIDER_BACKENDS)[number];

/** The real codex on the gateway, on scripted upstreams of every kind. */
export class ProvidersFixture {
  private constructor(
    readonly model: ScriptedModel,
    readonly gateway: GatewayFixture,
    readonly codex: CodexProcess,
  ) {}

  static async start(options: GatewayOptions = {}): Promise<ProvidersFixture> {
    const model = await startScriptedModel();
    const gateway = await GatewayFixture.start({
      backends: `backends:\n${PROVIDER_BACKENDS.map((id) => `  - ${entryOf(id, model.url)}`).join('\n')}\n`,
      environment: { PROVIDERS_KEY },
      ...options,
    });
    const codex = await CodexProcess.start(gateway.baseUrl, gateway.key, gateway.registry.catalogModels());
    return new ProvidersFixture(model, gateway, codex);
  }

  /** One turn on a new thread of a backend that answers so. */
  async run(backend: string, replies: readonly ScriptedReply[], text = 'go'): Promise<CodexTurn> {
    this.play(backend, replies);
    return this.codex.runTurn(await this.codex.startThread(backend), text);
  }

  play(backend: string, replies: readonly ScriptedReply[]): void {
    this.model.play(replies.map((reply) => ({ usageWithFinish: backend === 'mistral', ...reply })));
  }

  async stop(): Promise<void> {
    await this.codex.stop();
    await this.gateway.stop();
    await this.model.stop();
  }
}

function entryOf(id: ProviderBackend, url: string): string {
  const key = 'api_key_env: PROVIDERS_KEY';
  const root = url.replace('/v1', '');
  if (id === 'azure') {
    return `{id: azure, type: azure, azure_endpoint: "${root}", api_version: 2025-01-01-preview, ${key}, model: m-1}`;
  }
  if (id === 'azure-v1') return `{id: azure-v1, type: azure, azure_endpoint: "${root}/", ${key}, model: m-1}`;
  return `{id: ${id}, type: ${id}, base_url: "${url}", ${key}, model: m-1, reasoning_levels: [low, medium, high]}`;
}

/** What the assistant said in a turn. */
export const answersOf = ({ items }: CodexTurn): (string | undefined)[] =>
  items.filter(({ type }) => type === 'agentMessage').map(({ text }) => text);

export const outputsOf = ({ items }: CodexTurn): (string | null | undefined)[] =>
  items.filter(({ type }) => type === 'commandExecution').map(({ aggregatedOutput }) => aggregatedOutput);

/** What codex complains of in a turn; nothing, in a good one. */
export const complaintsOf = ({ messages }: CodexTurn): string[] =>
  messages.flatMap(({ method = '' }) => (method === 'warning' || method === 'error' ? method : []));
