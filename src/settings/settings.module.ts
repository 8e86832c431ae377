import { Module } from '@nestjs/common';
import { GatewayModule } from '../gateway/gateway.module';
import { ApiKeysController } from './api-keys.controller';
import { ProviderKeysController } from './provider-keys.controller';
import { ProviderSettings } from './provider-settings';

/** What an administrator sets while the service runs. */
@Module({
  imports: [GatewayModule],
  controllers: [ProviderKeysController, ApiKeysController],
  providers: [ProviderSettings],
})
export class SettingsModule {}
