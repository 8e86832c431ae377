import { Controller, Get, OnModuleInit, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { collectDefaultMetrics, register } from 'prom-client';
import { Authorized } from '../auth/authorized.decorator';
import { ApiProblems } from '../common/api-problems.decorator';
import { PoolMetrics } from './pool-metrics';
import { ServiceMetrics } from './service-metrics';

/**
 * Between two looks at the event loop. The quantiles of its lag hold this time, which the dashboard and the alerts take off.
 * The default of 10 ms woke an idle service a hundred times a second, at 4 % of a core.
 */
const LAG_PRECISION_MS = 100;

@ApiTags('operation')
@Controller('metrics')
export class MetricsController implements OnModuleInit {
  constructor(
    private readonly pool: PoolMetrics,
    private readonly service: ServiceMetrics,
  ) {}

  onModuleInit(): void {
    // The registry is the process's, which may run several applications, as tests do.
    const options = { eventLoopMonitoringPrecision: LAG_PRECISION_MS };
    if (!register.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics(options);
  }

  @Authorized('admin')
  @Get()
  @ApiOperation({
    summary: 'Counters, gauges and times, for Prometheus',
    description:
      'For administrators: a scraper sends a bearer token of one where callers have to say who they are. `config/` has ' +
      'a Grafana dashboard and alert rules.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems({ 403: ['admin_only'] })
  async metrics(@Res() response: Response): Promise<void> {
    await Promise.all([this.pool.measure(), this.service.measure()]);
    response.type(register.contentType).send(await register.metrics());
  }
}
