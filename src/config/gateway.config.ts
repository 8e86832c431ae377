import { IsIn, IsInt, IsString, IsUrl, Matches, Max, Min } from 'class-validator';
import { asLowerCase, asNumber, asProxyAddress, Env, EnvSecret } from './env.decorator';

const IsProxy = (): PropertyDecorator =>
  Matches(/^$|^https?:\/\/[^\s/]+\/?$/, { message: 'it must be an address with http or https, without a path' });

export const KEYLESS_ACCESS = ['auto', 'local', 'none'] as const;

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

  /** Currency in which clients show costs: that of the prices in `llm_backends.yaml` and `models.yaml`, by its ISO 4217 code. */
  @Env('PRICE_CURRENCY')
  @Matches(/^[A-Z]{3}$/, { message: 'it must be a code of three capital letters, like EUR' })
  priceCurrency = 'USD';

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

  /**
   * Who may call `/v1` without a key while SECURITY_METHOD=None. `local`: programs on this machine, and whatever a proxy on it
   * passes on without saying so. `none`: nobody. `auto`: programs on this machine that speak HTTP/1.1 as all do but plain
   * proxies; nobody where ALLOWED_HOSTS or TRUSTED_PROXIES says that there is a proxy.
   */
  @Env('GATEWAY_KEYLESS_ACCESS', asLowerCase)
  @IsIn(KEYLESS_ACCESS)
  keylessAccess: (typeof KEYLESS_ACCESS)[number] = 'auto';

  /** Proxy by which providers with an address of `http:` are reached; `http_proxy` is read, too. */
  @EnvSecret('HTTP_PROXY', asProxyAddress, 'http_proxy')
  @IsProxy()
  httpProxy = '';

  /** Proxy for providers with an address of `https:`; `https_proxy` is read, too. Empty: HTTP_PROXY. */
  @EnvSecret('HTTPS_PROXY', asProxyAddress, 'https_proxy')
  @IsProxy()
  httpsProxy = '';

  /** Hosts that are reached without a proxy, by commas: `localhost,127.0.0.1,.internal:8080`; `no_proxy` is read, too. */
  @Env('NO_PROXY', undefined, 'no_proxy')
  @IsString()
  noProxy = '';
}
