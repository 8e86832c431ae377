import { Global, Module } from '@nestjs/common';
import { Authenticator } from './authenticator';
import { AdminGuard } from './admin.guard';
import { AuthGuard } from './auth.guard';

@Global()
@Module({ providers: [Authenticator, AuthGuard, AdminGuard], exports: [Authenticator, AuthGuard, AdminGuard] })
export class AuthModule {}
