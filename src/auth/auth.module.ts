import { Global, Module } from '@nestjs/common';
import { Authenticator } from './authenticator';
import { AuthGuard } from './auth.guard';

@Global()
@Module({ providers: [Authenticator, AuthGuard], exports: [Authenticator, AuthGuard] })
export class AuthModule {}
