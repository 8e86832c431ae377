import { Injectable } from '@nestjs/common';

/** Where the service is between its start and its stop. */
@Injectable()
export class ServicePhase {
  current: 'starting' | 'running' | 'stopping' = 'starting';
}
