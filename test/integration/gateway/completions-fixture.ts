import OpenAI from 'openai';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { GatewayFixture } from './gateway-fixture';

/** Key of the scripted backends. */
export const COMPLETIONS_KEY = 'sk-very-secret-key-123456';
export const ASK = { model: 'scripted', messages: [{ role: 'user' as const, content: 'hi' }] };

/** The gateway before a scripted provider with the chat completions API, and the official client before it. */
export class CompletionsFixture {
  private constructor(
    readonly model: ScriptedModel,
    readonly gateway: GatewayFixture,
    readonly client: OpenAI,
  ) {}

  static async start(): Promise<CompletionsFixture> {
    const model = await startScriptedModel();
    const entry = (id: string, type: string, name: string, more = ''): string =>
      `  - {id: ${id}, type: ${type}, base_url: "${model.url}", api_key_env: COMPLETIONS_KEY, model: ${name}${more}}`;
    const backends = [
      'backends:',
      entry('scripted', 'openai-compatible', 'scripted-1'),
      entry('mistral', 'mistral', 'm'),
      entry('native', 'openai', 'gpt'),
      entry('covered', 'openai-compatible', 'c', ', max_retries: 0, fallbacks: [demo]'),
      '  - {id: demo, type: demo}',
    ];
    const gateway = await GatewayFixture.start({
      backends: backends.join('\n'),
      environment: { COMPLETIONS_KEY },
      config: { idleTimeoutSeconds: 2 },
    });
    return new CompletionsFixture(model, gateway, new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.key }));
  }

  /** The body of the first request that the provider got. */
  get sentBody(): Readonly<Record<string, unknown>> {
    return this.model.requests[0]?.body ?? {};
  }

  post(body: object): Promise<Response> {
    return this.gateway.post('/chat/completions', { ...ASK, ...body });
  }

  /** The bytes of an answer, as text. */
  async raw(body: object): Promise<string> {
    return (await this.post(body)).text();
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.model.stop();
  }
}
