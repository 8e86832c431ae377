import OpenAI from 'openai';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { faultsInStream, StreamEvent } from '../../support/responses-stream-check';
import { GatewayFixture, GatewayOptions } from './gateway-fixture';

type Json = Readonly<Record<string, unknown>>;

/** The gateway as a client outside the service sees it, over a chat completions backend and a native one. */
export class ResponsesFixture {
  private constructor(
    readonly model: ScriptedModel,
    readonly gateway: GatewayFixture,
  ) {}

  static async start(config: GatewayOptions['config'] = {}): Promise<ResponsesFixture> {
    const model = await startScriptedModel();
    const backends = [
      'backends:',
      `  - {id: scripted, type: openai-compatible, base_url: "${model.url}", model: scripted-1, max_retries: 0}`,
      `  - {id: native, type: openai, base_url: "${model.url}", api_key_env: SCRIPTED_KEY, model: native-1, max_retries: 0}`,
    ];
    const environment = { SCRIPTED_KEY: 'sk-scripted' };
    return new ResponsesFixture(
      model,
      await GatewayFixture.start({ backends: backends.join('\n'), environment, config }),
    );
  }

  /** @param apiKey any, from this machine. */
  client(apiKey = 'any', maxRetries = 0): OpenAI {
    return new OpenAI({ baseURL: this.gateway.baseUrl, apiKey, maxRetries });
  }

  request(method: string, path: string, body?: unknown, key = 'any'): Promise<Response> {
    return fetch(`${this.gateway.baseUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** The events of one streamed response, which must conform, ended by the mark that the specification wants. */
  async events(body: Json): Promise<StreamEvent[]> {
    const answer = await this.request('POST', '/responses', { model: 'scripted', input: 'hi', ...body, stream: true });
    const frames = (await answer.text()).trim().split('\n\n');
    // Behind a failure there is no mark of a good end.
    if (!frames.at(-1)?.startsWith('event: response.failed')) expect(frames.pop()).toBe('data: [DONE]');
    const events = frames.map((frame) => {
      const [, type, data = ''] = /^event: (\S+)\ndata: (.*)$/.exec(frame) ?? [];
      const event = JSON.parse(data) as StreamEvent;
      expect(event.type).toBe(type);
      return event;
    });
    expect(faultsInStream(events)).toEqual([]);
    return events;
  }

  async stop(): Promise<void> {
    await this.gateway?.stop();
    await this.model?.stop();
  }
}
