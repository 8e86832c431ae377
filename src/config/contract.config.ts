import { IsArray, IsIn } from 'class-validator';
import { asList, Env } from './env.decorator';

/**
 * The contracts beside the service's own API: those of existing Codex backends (`sessions`, `threads`, `chat-sessions`, `pool`,
 * `exec`) and the protocols of others' clients.
 */
export const CONTRACTS = [
  ...(['sessions', 'threads', 'chat-sessions', 'pool', 'exec'] as const),
  ...(['agent-model', 'ui-stream', 'mcp', 'acp', 'webhooks'] as const),
] as const;
export type ContractName = (typeof CONTRACTS)[number];

/** The agent by other contracts than the service's own API. */
export class ContractConfig {
  /**
   * Contracts that are switched off, comma separated: `sessions`, `threads`, `chat-sessions`, `pool`, `exec` (those of existing
   * Codex backends), `agent-model`, `ui-stream`, `mcp`, `acp`, `webhooks`. Their routes answer 404 then.
   */
  @Env('DISABLED_CONTRACTS', (raw) => asList(raw.toLowerCase()))
  @IsArray()
  @IsIn(CONTRACTS, { each: true, message: `each must be one of ${CONTRACTS.join(', ')}` })
  disabled: ContractName[] = [];
}
