import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { asNumber, Env } from './env.decorator';

/** What one turn may use up. One that would use more is stopped and ends as `turn_limit_reached`. */
export class TurnConfig {
  /** Calls of the model that one turn may make, each of which may ask for tools; the next is refused. 0: no limit. */
  @Env('TURN_MAX_MODEL_CALLS', asNumber, 'AGENT_MAX_ITERATIONS')
  @IsInt()
  @Min(0)
  maxModelCalls = 1000;

  /** Seconds that one turn may run; those in which it waits for a person's approval do not count. 0: no limit. */
  @Env('TURN_MAX_SECONDS', asNumber, 'AGENT_TIMEOUT_SECONDS')
  @IsInt()
  @Min(0)
  @Max(2_000_000)
  maxSeconds = 0;

  /**
   * Tokens that one turn may use, in and out, cached ones and those of attempts that failed included. The call that reaches
   * it is the turn's last. 0: no limit.
   */
  @Env('TURN_MAX_TOKENS', asNumber)
  @IsInt()
  @Min(0)
  maxTokens = 0;

  /**
   * What the calls of one turn may cost, in the currency of the prices in `llm_backends.yaml`; a model without a price costs
   * nothing. The call that reaches it is the turn's last. 0: no limit.
   */
  @Env('TURN_MAX_COST_USD', asNumber)
  @IsNumber()
  @Min(0)
  @Max(1_000_000)
  maxCostUsd = 0;
}
