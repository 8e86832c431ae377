import { Global, Module, Provider } from '@nestjs/common';
import { AccountConfig } from './account.config';
import { AuthConfig } from './auth.config';
import { ChatConfig } from './chat.config';
import { ConnectionConfig } from './connection.config';
import { ContractConfig } from './contract.config';
import { DatabaseConfig } from './database.config';
import { EncryptionConfig } from './encryption.config';
import { Environment } from './environment';
import { GatewayConfig } from './gateway.config';
import { KeycloakConfig } from './keycloak.config';
import { loadConfig } from './load-config';
import { LogConfig } from './log.config';
import { McpConfig } from './mcp.config';
import { WebPushConfig } from './web-push.config';
import { WebhookConfig } from './webhook.config';
import { OidcConfig } from './oidc.config';
import { PoolConfig } from './pool.config';
import { RepositoryConfig } from './repository.config';
import { S3Config } from './s3.config';
import { PreparationConfig } from './preparation.config';
import { RetentionConfig } from './retention.config';
import { SandboxConfig } from './sandbox.config';
import { ServerConfig } from './server.config';
import { SnapshotConfig } from './snapshot.config';
import { SignInConfig } from './sign-in.config';
import { StorageConfig } from './storage.config';
import { ToolsConfig } from './tools.config';
import { TurnConfig } from './turn.config';
import { UploadConfig } from './upload.config';
import { WorkaroundConfig } from './workaround.config';

/** Every configuration class of the service; `.env.example` lists their variables. */
export const CONFIG_CLASSES = [
  ServerConfig,
  ConnectionConfig,
  LogConfig,
  StorageConfig,
  DatabaseConfig,
  S3Config,
  RetentionConfig,
  PoolConfig,
  SandboxConfig,
  PreparationConfig,
  GatewayConfig,
  ChatConfig,
  TurnConfig,
  ToolsConfig,
  UploadConfig,
  SnapshotConfig,
  RepositoryConfig,
  AuthConfig,
  AccountConfig,
  SignInConfig,
  KeycloakConfig,
  OidcConfig,
  EncryptionConfig,
  McpConfig,
  WebhookConfig,
  WebPushConfig,
  ContractConfig,
  WorkaroundConfig,
] as const;

const providers: Provider[] = [
  { provide: Environment, useFactory: () => Environment.load() },
  ...CONFIG_CLASSES.map((configClass) => ({
    provide: configClass,
    useFactory: (environment: Environment) => loadConfig<object>(configClass, environment),
    inject: [Environment],
  })),
];

@Global()
@Module({ providers, exports: providers })
export class ConfigModule {}
