import { Module } from '@nestjs/common';
import { GatewayModule } from '../gateway/gateway.module';
import { ProviderKeysController } from './provider-keys.controller';
import { ProviderSettings } from './provider-settings';

/** What an administrator sets while the service runs. */
@Module({ imports: [GatewayModule], controllers: [ProviderKeysController], providers: [ProviderSettings] })
export class SettingsModule {}
