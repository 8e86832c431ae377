import { IsArray, IsInt, Matches, Max, Min } from 'class-validator';
import { asList, asNumber, Env } from './env.decorator';

/** A host, with its port where it is not the usual one. */
export const HOST = String.raw`(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::\d{1,5})?`;

/** Webhooks of users and projects. */
export class WebhookConfig {
  /**
   * Hosts whose webhooks may be in your own network, and be called over plain http, comma separated: `hooks.internal`,
   * `hooks.internal:8080`. All others must be https, and are refused where their name leads to a private address.
   */
  @Env('WEBHOOK_PRIVATE_HOSTS', (raw) => asList(raw.toLowerCase()))
  @IsArray()
  @Matches(new RegExp(`^${HOST}$`), {
    each: true,
    message: 'each must be a host such as hooks.internal or hooks.internal:8080',
  })
  privateHosts: string[] = [];

  /** Webhooks that one user, and one project, may have. */
  @Env('WEBHOOKS_MAX', asNumber)
  @IsInt()
  @Min(0)
  @Max(100)
  webhooksMax = 20;

  /** Calls of webhooks that are under way at a time, over all users. */
  @Env('WEBHOOK_CALLS_MAX', asNumber)
  @IsInt()
  @Min(1)
  @Max(500)
  callsMax = 20;

  /** Days that it is kept what was sent to a webhook, and how it was answered. 0: for ever. */
  @Env('WEBHOOK_DELIVERIES_DAYS', asNumber)
  @IsInt()
  @Min(0)
  @Max(36_500)
  deliveriesDays = 14;
}
