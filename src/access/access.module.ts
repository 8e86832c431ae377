import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Access } from './access';
import { AccessChanges } from './access-changes';
import { AuditLog } from './audit/audit-log';
import { AuditRetention } from './audit/audit-retention';
import { LimitSettings } from './limits/limit-settings';
import { LimitsController } from './limits/limits.controller';
import { RequestRateGuard } from './limits/request-rate.guard';
import { StorageRoom } from './limits/storage-room';
import { UsageLimits } from './limits/usage-limits';
import { Authors } from './authors';

const providers = [Access, AccessChanges, AuditLog, AuditRetention, Authors, LimitSettings, StorageRoom, UsageLimits];

/** Who may do what; to be used by every part that has something to protect. */
@Global()
@Module({
  controllers: [LimitsController],
  providers: [...providers, { provide: APP_GUARD, useClass: RequestRateGuard }],
  exports: providers,
})
export class AccessModule {}
