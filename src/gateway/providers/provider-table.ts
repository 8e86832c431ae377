import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway.config';
import { Backend } from '../catalog/backend';
import { Deployment } from '../catalog/deployment';
import { ProviderTypes } from '../catalog/provider-types';
import { anthropicProvider } from './anthropic.provider';
import { azureProvider } from './azure.provider';
import { bedrockProvider } from './bedrock.provider';
import { deepseekProvider } from './deepseek.provider';
import { demoProvider } from './demo/demo.provider';
import { googleProvider } from './google.provider';
import { groqProvider } from './groq.provider';
import { mistralProvider } from './mistral.provider';
import { ollamaProvider, openaiCompatibleProvider, vllmProvider } from './openai-compatible.provider';
import { openaiProvider } from './openai.provider';
import { openrouterProvider } from './openrouter.provider';
import { Connection, Provider } from './provider';
import { xaiProvider } from './xai.provider';

/** The providers by the `type` of `llm_backends.yaml`. A new one is a file beside this and a line below. */
@Injectable()
export class ProviderTable extends ProviderTypes {
  private readonly byType: ReadonlyMap<string, Provider>;

  constructor(config: GatewayConfig) {
    super();
    const providers = [
      openaiProvider(config.openaiBaseUrl),
      azureProvider,
      openaiCompatibleProvider,
      anthropicProvider,
      googleProvider,
      groqProvider,
      deepseekProvider,
      mistralProvider,
      xaiProvider,
      openrouterProvider,
      bedrockProvider,
      ollamaProvider,
      vllmProvider,
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

  /** Whether a backend speaks the Responses API itself. */
  isNative(backend: Backend): boolean {
    const [settings] = backend.deployments;
    return settings !== undefined && this.connectionOf({ backend, settings }).protocol === 'responses';
  }

  /** How a deployment is spoken to. */
  connectionOf(deployment: Pick<Deployment, 'backend' | 'settings'>): Connection {
    return this.get(deployment.backend.type).connect(deployment);
  }
}
