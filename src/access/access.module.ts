import { Global, Module } from '@nestjs/common';
import { Access } from './access';
import { AccessChanges } from './access-changes';
import { Authors } from './authors';

const providers = [Access, AccessChanges, Authors];

/** Who may do what; to be used by every part that has something to protect. */
@Global()
@Module({ providers, exports: providers })
export class AccessModule {}
