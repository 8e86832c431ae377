import { IsInt, IsString, IsUrl, Max, Min } from 'class-validator';
import { asNumber, Env } from './env.decorator';

/** Models that need no `llm_backends.yaml`, and limits of the gateway. */
export class GatewayConfig {
  /** Key of OpenAI; enough to use it without `llm_backends.yaml`. */
  @Env('OPENAI_API_KEY')
  @IsString()
  openaiApiKey = '';

  /** OpenAI's address, or that of a service with the same Responses API. */
  @Env('OPENAI_BASE_URL')
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  openaiBaseUrl = 'https://api.openai.com/v1';

  /** Model that OPENAI_API_KEY alone selects. */
  @Env('CODEX_MODEL')
  @IsString()
  model = 'gpt-5.5';

  /** Milliseconds between two words of the built-in demo model. */
  @Env('DEMO_WORD_DELAY_MS', asNumber)
  @IsInt()
  @Min(0)
  @Max(10_000)
  demoWordDelayMs = 30;

  /** Seconds that a model may stay silent before its answer counts as dead. */
  @Env('GATEWAY_IDLE_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(3600)
  idleTimeoutSeconds = 100;

  /** Days that a response of `/v1/responses` is kept whose client asked for it (`store`). */
  @Env('GATEWAY_STORED_RESPONSE_DAYS', asNumber)
  @IsInt()
  @Min(1)
  @Max(3650)
  storedResponseDays = 30;

  /** Megabytes of such responses that are kept for one user; the oldest go first. */
  @Env('GATEWAY_STORED_RESPONSES_MB_PER_USER', asNumber)
  @IsInt()
  @Min(1)
  @Max(100_000)
  storedResponsesMbPerUser = 256;
}
