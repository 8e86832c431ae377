import { Controller, Get, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../../auth/authorized.decorator';
import { OfContract } from '../../contracts/contract.decorator';
import { ProtectedResource, type ProtectedResourceMetadata } from './protected-resource';

/** Where clients look that have no token. */
@ApiExcludeController()
@OfContract('mcp')
@Public()
@Controller('.well-known/oauth-protected-resource')
export class ProtectedResourceController {
  constructor(private readonly resource: ProtectedResource) {}

  @Get(['', 'mcp'])
  metadata(@Req() request: Request): ProtectedResourceMetadata {
    return this.resource.metadata(request);
  }
}
