import { Injectable } from '@nestjs/common';
import { McpConfig } from '../../config/mcp.config';
import { McpFailure } from '../proxy/json-rpc';

/** How many servers over stdio run. */
@Injectable()
export class StdioPlaces {
  private taken = 0;

  constructor(private readonly config: McpConfig) {}

  /** @returns gives the place back, once @throws McpFailure when all are taken */
  take(): () => void {
    if (this.taken >= this.config.processesMax) {
      throw new McpFailure('limit', 'is not started, as too many such servers run (MCP_PROCESSES_MAX)');
    }
    this.taken += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.taken -= 1;
      isTaken = false;
    };
  }
}
