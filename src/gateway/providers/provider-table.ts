import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway.config';
import { demoProvider } from './demo/demo.provider';
import { openaiCompatibleProvider } from './openai-compatible.provider';
import { openaiProvider } from './openai.provider';
import { Provider } from './provider';

/** The providers by the `type` of `llm_backends.yaml`. A new one is a file beside this and a line below. */
@Injectable()
export class ProviderTable {
  private readonly byType: ReadonlyMap<string, Provider>;

  constructor(config: GatewayConfig) {
    const providers = [
      openaiProvider(config.openaiBaseUrl),
      openaiCompatibleProvider,
      demoProvider(config.demoWordDelayMs),
    ];
    this.byType = new Map(providers.map((provider) => [provider.type, provider]));
  }

  get types(): readonly string[] {
    return [...this.byType.keys()];
  }

  find(type: string): Provider | undefined {
    return this.byType.get(type);
  }

  /** @throws Error for a type that the file's check should have refused. */
  get(type: string): Provider {
    const provider = this.byType.get(type);
    if (provider === undefined) throw new Error(`there is no provider of type "${type}"`);
    return provider;
  }
}
