import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth/authorized.decorator';
import { DetailedHealthDto, HealthDto, StatusDto } from './health.dto';
import { HealthService } from './health.service';

@ApiTags('operation')
@Public()
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('health')
  @ApiOperation({ summary: 'Whether the service can run a turn, for a person' })
  @ApiOkResponse({ type: HealthDto })
  overall(): HealthDto {
    return this.health.overall();
  }

  @Get('health/live')
  @ApiOperation({ summary: 'Whether the process answers; if not, restart it' })
  @ApiOkResponse({ type: HealthDto })
  @HttpCode(200)
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'Whether a turn can run; if not, send no traffic' })
  @ApiOkResponse({ type: HealthDto })
  @ApiServiceUnavailableResponse({ type: HealthDto })
  ready(@Res({ passthrough: true }) response: Response): HealthDto {
    const health = this.health.overall();
    if (health.status !== 'ok') response.status(503);
    return health;
  }

  @Get('health/detailed')
  @ApiOperation({ summary: 'The state of the parts of the service' })
  @ApiOkResponse({ type: DetailedHealthDto })
  detailed(): Promise<DetailedHealthDto> {
    return this.health.detailed();
  }

  @Get('status')
  @ApiOperation({ summary: 'Whether codex can be used, in the words of earlier codex backends' })
  @ApiOkResponse({ type: StatusDto })
  status(): Promise<StatusDto> {
    return this.health.status();
  }
}
