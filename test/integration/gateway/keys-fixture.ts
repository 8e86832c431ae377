import { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { BackendAdmin } from '../../../src/admin/backend-admin';
import { BackendsAdminController } from '../../../src/admin/backends-admin.controller';
import { CreatedGatewayKeyDto, CreateGatewayKeyDto } from '../../../src/admin/gateway-key.dto';
import { GatewayKeyAdmin } from '../../../src/admin/gateway-key-admin';
import { GatewayKeysController } from '../../../src/admin/gateway-keys.controller';
import { UsageController } from '../../../src/admin/usage.controller';
import { UsageView } from '../../../src/admin/usage-view';
import { AccessModule } from '../../../src/access/access.module';
import { AuthModule } from '../../../src/auth/auth.module';
import { AgentPolicies } from '../../../src/chat/agent-policies';
import { ChatDirectory } from '../../../src/chat/chat-directory';
import { EventFeed } from '../../../src/chat/event-log/event-feed';
import { EventLog } from '../../../src/chat/event-log/event-log';
import { ChatConfig } from '../../../src/config/chat.config';
import { ContractConfig } from '../../../src/config/contract.config';
import { CallLog } from '../../../src/gateway/accounts/call-log';
import { StorageSpace } from '../../../src/runtime/storage-space';
import { SettingsModule } from '../../../src/settings/settings.module';
import { GatewayFixture, GatewayOptions } from './gateway-fixture';

/** No file is stored here, so nothing asks for room on the disk. All contracts are there. */
const NO_STORAGE: DynamicModule = {
  module: class NoStorageModule {},
  global: true,
  providers: [{ provide: StorageSpace, useValue: {} }, ContractConfig],
  exports: [StorageSpace, ContractConfig],
};

/** The administration of the gateway without the chats' app-servers. */
const ADMINISTRATION: ModuleMetadata = {
  imports: [AccessModule, AuthModule, NO_STORAGE, SettingsModule],
  controllers: [GatewayKeysController, UsageController, BackendsAdminController],
  providers: [BackendAdmin, GatewayKeyAdmin, UsageView, ChatDirectory, AgentPolicies, ChatConfig, EventLog, EventFeed],
};

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** The gateway with its keys, its usage and its administration. */
export class KeysFixture {
  private constructor(readonly gateway: GatewayFixture) {}

  static async start(options: GatewayOptions = {}): Promise<KeysFixture> {
    return new KeysFixture(await GatewayFixture.start({ ...options, more: ADMINISTRATION }));
  }

  /** @param path from the root, `/api/v1/...`. */
  async api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    return this.call(method, path, body, {});
  }

  /** A call of the demo model or another one, as a client with this bearer, or none. */
  ask(bearer: string | undefined, model = 'demo', headers: Record<string, string> = {}): Promise<Answer<OpenAiBody>> {
    const authorization: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    return this.call('POST', '/v1/responses', { model, input: 'hello' }, { ...authorization, ...headers });
  }

  async makeKey(settings: Partial<CreateGatewayKeyDto> = {}): Promise<CreatedGatewayKeyDto> {
    const { status, body } = await this.api('POST', '/api/v1/admin/gateway-keys', { name: 'test', ...settings });
    if (status !== 201) throw new Error(`no key was made: ${JSON.stringify(body)}`);
    return body as unknown as CreatedGatewayKeyDto;
  }

  /** Resolves when every call that has ended is in the database. */
  booked(): Promise<void> {
    return this.gateway.app.get(CallLog).flush();
  }

  stop(options?: { keepData: boolean }): Promise<void> {
    return this.gateway.stop(options);
  }

  private async call<T>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer<T>> {
    const answer = await fetch(`${new URL(this.gateway.baseUrl).origin}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text === '' ? null : JSON.parse(text)) as T };
  }
}

export interface OpenAiBody {
  readonly output?: readonly unknown[];
  readonly error?: { readonly code: string; readonly type: string; readonly message: string };
}
