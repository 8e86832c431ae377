import { IsArray, IsIn, Matches } from 'class-validator';
import { asList, asLowerCase, Env, EnvSecret } from './env.decorator';
import { HOST } from './webhook.config';

export const WEB_PUSH_MODES = ['auto', 'off'] as const;

/** Notifications to browsers in which the page is closed. */
export class WebPushConfig {
  /** `auto`: browsers can be told, with a key that is made at the first start. `off`: none is. */
  @Env('WEB_PUSH', asLowerCase)
  @IsIn(WEB_PUSH_MODES)
  mode: (typeof WEB_PUSH_MODES)[number] = 'auto';

  /**
   * The private key by which push services know this service (VAPID), as `npx web-push generate-vapid-keys` prints it: 32 bytes in
   * base64url; the public one follows from it. Empty: one is made, and kept in `global_config/web_push_key` under CODEX_DATA_ROOT.
   * With another key all browsers have to be registered anew, which their pages do when they are opened.
   */
  @EnvSecret('WEB_PUSH_PRIVATE_KEY')
  @Matches(/^(?:|[A-Za-z0-9_-]{43}=?)$/, { message: 'it must be 32 bytes in base64url' })
  privateKey = '';

  /**
   * Where push services reach whoever runs this service: `mailto:operator@example.com`, or an https address. Empty: PUBLIC_URL where
   * that is https; Apple's push service takes none that is made up.
   */
  @Env('WEB_PUSH_SUBJECT')
  @Matches(/^(?:|mailto:\S+@\S+|https:\/\/\S+)$/, {
    message: 'it must be mailto:somebody@example.com or an https address',
  })
  subject = '';

  /**
   * Hosts of push services that may be in your own network, and be called over plain http, comma separated: `ntfy.internal`,
   * `ntfy.internal:8080`. All others must be https, and are refused where their name leads to a private address.
   */
  @Env('WEB_PUSH_PRIVATE_HOSTS', (raw) => asList(raw.toLowerCase()))
  @IsArray()
  @Matches(new RegExp(`^${HOST}$`), {
    each: true,
    message: 'each must be a host such as ntfy.internal or ntfy.internal:8080',
  })
  privateHosts: string[] = [];
}
