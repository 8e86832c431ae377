import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Authorized } from '../../auth/authorized.decorator';
import { PageOf } from '../../chat/dto/page.dto';
import { ApiProblems } from '../../common/api-problems.decorator';
import { AuditEntryDto, AuditQueryDto } from './audit.dto';
import { AuditView } from './audit-view';

class AuditPage extends PageOf(AuditEntryDto) {}

const LINES = 'application/x-ndjson';

@ApiTags('admin')
@Controller('api/v1/admin/audit')
export class AuditController {
  constructor(private readonly view: AuditView) {}

  @Authorized('admin')
  @Get()
  @ApiOperation({
    summary: 'Read the audit log, newest first',
    description: 'With `Accept: application/x-ndjson` all entries that the filter describes, as JSON lines.',
  })
  @ApiExtraModels(AuditPage)
  @ApiOkResponse({
    description: 'A page of entries, or lines with one entry each.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(AuditPage) } },
      [LINES]: { schema: { $ref: getSchemaPath(AuditEntryDto) } },
    },
  })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 403: ['admin_only'] })
  async read(@Query() query: AuditQueryDto, @Req() request: Request, @Res() response: Response): Promise<void> {
    if (request.accepts(['application/json', LINES]) !== LINES) return void response.json(await this.view.page(query));
    response.status(200).set({ 'Content-Type': `${LINES}; charset=utf-8`, 'Cache-Control': 'no-store' });
    if (request.method === 'HEAD') return void response.end();
    await pipeline(Readable.from(this.view.lines(query)), response).catch(() => response.destroy());
  }
}
